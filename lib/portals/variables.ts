import { addressProblem } from "@/lib/oauth/address";
import { ENDPOINTS, type Portal } from "./portal";

export type Variables = Readonly<Record<string, string | undefined>>;

/** `mlsconnect-cote-dazur` → `MLSCONNECT_COTE_DAZUR`: what a connection's or a portal's variables begin with. */
export function stemOf(id: string) {
  return id.toUpperCase().replaceAll("-", "_");
}

/** The same for a whole portal. */
export function prefixOf({ id, variables }: Pick<Portal, "id" | "variables">) {
  return variables ?? stemOf(id);
}

/** Reads variables one by one, remembers which it was asked for, and collects a sentence for each that is wrong or may surprise. */
export class VariableReader {
  readonly errors: string[] = [];
  readonly notices: string[] = [];
  private readonly variables: Variables;
  private readonly known = new Set<string>();

  constructor(variables: Variables) {
    this.variables = variables;
  }

  /** A variable's value without surrounding blanks; null when unset, and an empty variable is unset. */
  text(name: string): string | null {
    this.known.add(name);
    return this.variables[name]?.trim() || null;
  }

  /** The connection's own variable, else the portal-wide one. */
  first(stems: readonly string[], name: string): string | null {
    return stems.map((stem) => this.text(`${stem}_${name}`)).find(Boolean) ?? null;
  }

  oneOf<const Word extends string>(name: string, words: readonly Word[]): Word | null {
    const value = this.text(name);
    const word = words.find((each) => each === value) ?? null;
    if (value && !word) this.refuse(`${name} must be ${words.join(" or ")}.`);
    return word;
  }

  /** As `first`, for a setting that knows its words. */
  firstOf<const Word extends string>(
    stems: readonly string[],
    name: string,
    words: readonly Word[],
  ): Word | null {
    const said = stems.map((stem) => this.oneOf(`${stem}_${name}`, words));
    return said.find(Boolean) ?? null;
  }

  count(name: string): number | null {
    const value = this.text(name);
    if (value === null || /^[1-9]\d{0,2}$/.test(value))
      return value === null ? null : Number(value);
    this.refuse(`${name} must be a whole number from 1 to 999.`);
    return null;
  }

  address(name: string): string | null {
    const value = this.text(name);
    const problem = value && addressProblem(value);
    if (problem) this.refuse(`${name} ${problem}.`);
    return problem ? null : value;
  }

  note(sentence: string) {
    this.notices.push(sentence);
  }

  refuse(sentence: string) {
    if (!this.errors.includes(sentence)) this.errors.push(sentence);
  }

  /** Refuses a portal's variables that nothing asked for: a misspelt board or setting must not go unnoticed. */
  refuseStrangers(portals: readonly Portal[]) {
    for (const portal of portals) this.askPortalWide(portal);
    for (const portal of portals) {
      const prefix = `${prefixOf(portal)}_`;
      const listed = portal.choice && `${prefix}${portal.choice.listedIn}`;
      const why = listed
        ? `there is no such setting, and ${listed} lists nothing of that name`
        : "there is no such setting";
      for (const name of Object.keys(this.variables)) {
        if (!name.startsWith(prefix) || this.known.has(name)) continue;
        if (portal.sharesItsPrefix && !SETTING.test(name)) continue;
        if (this.text(name)) this.refuse(`${name} is set, but ${why}.`);
      }
    }
  }

  /** What may be set for a whole portal, whether or not a connection had to look there. */
  private askPortalWide(portal: Portal) {
    if (portal.signIn === "only") return; // it has been asked for all there is
    const stem = prefixOf(portal);
    for (const endpoint of ENDPOINTS) this.text(`${stem}_${endpoint}_URL`);
    for (const api of Object.keys(portal.furtherApis ?? {})) this.text(`${stem}_${api}_API_URL`);
    const options = portal.protocol === "oauth1" ? [] : OPTIONS;
    for (const name of [...portal.credentials, ...options]) this.text(`${stem}_${name}`);
  }
}

/** What may be set for one connection or for all of a portal's, in the OAuth 2.0 family. */
const OPTIONS = ["SCOPE", "PKCE", "TOKEN_REQUEST"];

/** How a setting of ours ends, or is likely to end when it is misspelt. */
const SETTING =
  /_(CLIENT|SECRET|ID|KEY|URL|SCOPE|PKCE|ISSUER|LABEL|ENVIRONMENT|CALLBACK|GRANT|ROLES|IN|REQUEST|ONCE|SECOND)$/;
