import type { Portal } from "./portal";
import { prefixOf, type VariableReader } from "./variables";

/** What a portal that does nothing but sign people in is told by settings of its own. */

export type Login = {
  /** What the ID token must say of all who may come in, to the letter. */
  requiredClaim: { name: string; value: string } | null;
  /** The client whose own ids of its users are the `sub`s of this login. */
  client: string | null;
};

/** What a person is known by who comes in by a login: an address has no blank in it. */
export function loginKey(issuer: string, sub: string): string {
  return `${issuer} ${sub}`;
}

/** The `sub` in such a key; null where it is another issuer's. */
export function subIn(key: string, issuer: string): string | null {
  const beginning = loginKey(issuer, "");
  return key.startsWith(beginning) ? key.slice(beginning.length) : null;
}

/** Claims that are about the ID token: they tell no person from another. */
const OF_ALL = ["iss", "aud", "azp", "nonce", "exp", "iat", "at_hash"];

const SETTINGS = ["LABEL", "SCOPE", "REQUIRED_CLAIM", "CLIENT"];

/** A portal as this deployment calls it: such a login has no name that people know. */
export function named(portal: Portal, reader: VariableReader): Portal {
  if (portal.signIn !== "only") return portal;
  const variable = `${prefixOf(portal)}_LABEL`;
  const label = reader.text(variable);
  if (label === null) return portal;
  if (!/^[^\p{C}]{1,60}$/u.test(label)) {
    reader.refuse(`${variable} must be at most 60 printable characters.`);
  }
  return { ...portal, name: label, monogram: monogramOf(label) ?? portal.monogram };
}

/** The first letters of the first two words, or of the only one; null where they would be no letters. */
function monogramOf(label: string): string | null {
  const [first = "", second] = label.match(/[\p{L}\d]+/gu) ?? [];
  const letters = second ? `${[...first][0]}${[...second][0]}` : [...first].slice(0, 2).join("");
  const monogram = letters.toUpperCase();
  return /^\p{L}[\p{L}\d]?$/u.test(monogram) ? monogram : null;
}

/** @returns null for every other portal */
export function loginOf(portal: Portal, stem: string, reader: VariableReader): Login | null {
  if (portal.signIn !== "only") return null;
  refuseHalfSet(portal, stem, reader);
  const claim = reader.text(`${stem}_REQUIRED_CLAIM`);
  const [, name, value] = /^([^\s=]+)=(\S.*)$/.exec(claim ?? "") ?? [];
  if (claim !== null && !value) {
    reader.refuse(`${stem}_REQUIRED_CLAIM must be a claim and its value: hd=acme.example.`);
  }
  if (name && OF_ALL.includes(name)) {
    reader.refuse(
      `${stem}_REQUIRED_CLAIM must not be ${name}: all ID tokens have that, or none of this value.`,
    );
  }
  refuseIssuer(portal, stem, name ?? null, reader);
  const client = reader.text(`${stem}_CLIENT`);
  if (client !== null && !/^[a-z0-9-]{1,40}$/.test(client)) {
    reader.refuse(`${stem}_CLIENT must be the id of a client: small letters, digits and hyphens.`);
  }
  return { requiredClaim: name && value ? { name, value } : null, client };
}

/** Settings for a login that there is not. */
function refuseHalfSet(portal: Portal, stem: string, reader: VariableReader) {
  if (portal.credentials.some((each) => reader.text(`${stem}_${each}`))) return;
  const set = SETTINGS.filter((each) => reader.text(`${stem}_${each}`));
  for (const each of set)
    reader.refuse(`${stem}_${each} is set, but ${stem}_${portal.credentials[0]} is not.`);
}

/** Why no provider calls itself so, and what would be found only at the first sign-in; null when one may. */
function issuerProblem(issuer: string): string | null {
  if (issuer.includes("?")) return "must not have a query";
  if (/[\s\p{C}]/u.test(issuer)) return "must not have a blank in it";
  const { pathname } = new URL(issuer);
  if (pathname.includes("//")) return "must not have two slashes in a row in its path";
  if (!/\/\.well-known(\/|$)/.test(pathname)) return null;
  return "is the address of the discovery document: name what that calls its issuer";
}

function refuseIssuer(portal: Portal, stem: string, claim: string | null, reader: VariableReader) {
  const issuer = reader.text(`${stem}_ISSUER`);
  if (portal.protocol !== "openid" || issuer === null || !URL.canParse(issuer)) return;
  const problem = issuerProblem(issuer);
  if (problem) return reader.refuse(`${stem}_ISSUER ${problem}.`);
  const url = new URL(issuer);
  url.hostname = url.hostname.replace(/\.+$/, ""); // the same host
  const refused = portal.refusedIssuers?.find(
    ({ like, unlessClaim }) => like.test(url.href) && !(claim && unlessClaim?.includes(claim)),
  );
  if (!refused) return;
  const instead = refused.unlessClaim
    ? `: set ${stem}_REQUIRED_CLAIM, such as hd=acme.example`
    : "";
  reader.refuse(`${stem}_ISSUER ${refused.because}${instead}.`);
}
