import type { TokenRequestFormat } from "@/lib/oauth/token-request";
import { withCallbacks } from "./callbacks";
import { type Choosable, choicesOf } from "./choices";
import { type Api, addressesOf } from "./endpoints";
import { type Login, loginOf, named } from "./login";
import type { Badge, Endpoint, Endpoints, Environment, Portal } from "./portal";
import { refuseSharedSecrets } from "./shared-secrets";
import { prefixOf, stemOf, VariableReader, type Variables } from "./variables";

/** A portal with its choice made, as this deployment is registered there. Holds the client's secret: never for a page. */
export type Connection<P extends Portal = Portal> = {
  /** `mlsconnect-federia`: Auth.js's provider id, `Account.provider`, and the stem of the variables. */
  id: string;
  portal: P;
  choice: { value: string; label: string } | null;
  environment: Environment;
  endpoints: Endpoints;
  /** Every address of its API, with the paths under which the portal documents resources; no path is all of it. */
  apis: readonly Api[];
  /** OpenID Connect only. */
  issuer: string | null;
  registration: { id: string; secret: string; apiKey: string | null };
  /** Sent to the authorization endpoint only if set. */
  scope: string | null;
  pkce: boolean;
  /** Null where the portal's declaration holds. */
  tokenRequest: TokenRequestFormat | null;
  /** Whether the authorization request names our callback, and then the token request too: RFC 6749 section 4.1.3. */
  sendsRedirectUri: boolean;
  /** Where the portal sends people back to, under our own origin. */
  callbackPath: string;
  /** Whether the sign-in page offers it; "hidden" is entered from the portal's side only. */
  signIn: "offered" | "hidden" | "never";
  /** Whether our registration may exchange a member's name and password, RFC 6749 section 4.3. */
  passwordGrant: boolean;
  /** Of a portal that does nothing but sign people in; null for all others. */
  login: Login | null;
  /** How check-links asks the portal: so many links at once, and so many a second. */
  checks: { atOnce: number; perSecond: number };
};

/**
 * Every connection that the variables configure, every sentence about what is wrong with them, and every one about what is
 * right but may surprise.
 * A connection exists when its credentials are set; one that is listed counts as set.
 * The connections are only good when there are no errors.
 */
export function connectionsFrom(portals: readonly Portal[], variables: Variables) {
  const reader = new VariableReader(variables);
  const connections = portals.flatMap((portal) => connectionsOf(portal, reader));
  reader.refuseStrangers(portals);
  return { connections, errors: reader.errors, notices: reader.notices };
}

/** A connection's address of that name. The start has checked that those which are declared are there. */
export function addressOf({ id, endpoints }: Connection, endpoint: Endpoint): string {
  const address = endpoints[endpoint];
  if (!address) throw new Error(`${id} has no ${endpoint} address`);
  return address;
}

/** What the variables of a connection begin with. */
export function variablesOf({ id, portal, choice }: Pick<Connection, "id" | "portal" | "choice">) {
  return choice ? stemOf(id) : prefixOf(portal);
}

/** What the authorization request asks for, in the portal's own words; none where that is not known. */
export function scopesOf({ scope }: Pick<Connection, "scope">): string[] {
  return scope?.split(" ").filter((each) => each !== "openid") ?? [];
}

/** The name that people know a portal by. */
export function portalNameOf({ name, knownAs }: Pick<Portal, "name" | "knownAs">): string {
  return knownAs ?? name;
}

/** The same of a connection: its board's or site's, unless that says too little without the portal. */
export function nameOf({ portal, choice }: Pick<Connection, "portal" | "choice">): string {
  const name = portalNameOf(portal);
  if (!choice) return name;
  return portal.choice?.needsPortalName ? `${name} ${choice.label}` : choice.label;
}

/** How a page shows a connection. `group` stands behind the name, small: "OLX Group" behind Otodom; null where the name says it. */
export type ConnectionBadge = Badge & { group: string | null };

export function badgeOf(connection: Pick<Connection, "portal" | "choice">): ConnectionBadge {
  const { name: group, monogram, colour } = connection.portal;
  const name = nameOf(connection);
  return { name, group: group === name ? null : group, monogram, colour };
}

function connectionsOf(declared: Portal, reader: VariableReader): Connection[] {
  const portal = named(declared, reader);
  const signIn = signInOf(portal, reader);
  const checks = checksOf(portal, reader);
  const apart: string[] = [];
  const uncalled = choicesOf(portal, reader).flatMap((choice) => {
    const id = choice ? `${portal.id}-${choice.value}` : portal.id;
    const own = variablesOf({ id, portal, choice });
    const environment = environmentOf(portal, own, reader);
    // What is registered for production is not shown to another environment's host.
    const wide = choice && environment === "production" ? [prefixOf(portal)] : [];
    const stems = [own, ...wide];
    const registration = registrationOf(portal, stems, choice, reader);
    const login = loginOf(portal, own, reader);
    if (!registration) return [];
    const context = { own, wide: wide[0] ?? null, environment, choice };
    const { isApart, ...addresses } = addressesOf(portal, context, reader);
    if (isApart) apart.push(id);
    return {
      id,
      portal,
      choice: choice && { value: choice.value, label: choice.label },
      environment,
      ...addresses,
      registration,
      ...protocolSettings(portal, stems, reader),
      signIn,
      login,
      checks,
    };
  });
  const all = withCallbacks(portal, uncalled, reader);
  refuseSharedSecrets(all, apart, reader);
  return all;
}

function signInOf(portal: Portal, reader: VariableReader): Connection["signIn"] {
  if (!portal.signIn) return "never";
  if (portal.signIn === "only") return "offered"; // it has no page of its own to come from
  const shown = reader.oneOf(`${prefixOf(portal)}_SIGN_IN`, ["shown", "hidden"]);
  return shown === "hidden" ? "hidden" : "offered";
}

/** Polite unless the portal allows more. */
function checksOf(portal: Portal, reader: VariableReader): Connection["checks"] {
  const setting = (name: string) =>
    portal.signIn === "only" ? null : reader.count(`${prefixOf(portal)}_CHECKS_${name}`);
  return { atOnce: setting("AT_ONCE") ?? 3, perSecond: setting("PER_SECOND") ?? 5 };
}

function registrationOf(
  portal: Portal,
  stems: string[],
  choice: Choosable | null,
  reader: VariableReader,
) {
  const missing = portal.credentials.filter((each) => !reader.first(stems, each));
  const set = portal.credentials.length - missing.length;
  if (set === 0 && !choice?.listed) return null;
  for (const each of missing) {
    reader.refuse(`${stems.map((stem) => `${stem}_${each}`).join(" or ")} is not set.`);
  }
  return {
    id: reader.first(stems, "CLIENT_ID") ?? "",
    secret: reader.first(stems, "CLIENT_SECRET") ?? "",
    apiKey: portal.credentials.includes("API_KEY") ? reader.first(stems, "API_KEY") : null,
  };
}

function environmentOf(portal: Portal, stem: string, reader: VariableReader): Environment {
  if (!portal.environments) return "production";
  const others = Object.keys(portal.environments) as Environment[];
  return reader.oneOf(`${stem}_ENVIRONMENT`, ["production", ...others]) ?? "production";
}

/** The settings that only the OAuth 2.0 family has. */
function protocolSettings(portal: Portal, stems: string[], reader: VariableReader) {
  if (portal.protocol === "oauth1") {
    return {
      scope: null,
      pkce: false,
      tokenRequest: null,
      sendsRedirectUri: false,
      passwordGrant: false,
    };
  }
  const on = (name: string) => reader.firstOf(stems, name, ["on", "off"]) === "on";
  const scope = reader.first(stems, "SCOPE");
  const openid = portal.protocol === "openid";
  if (openid && scope && !scope.split(" ").includes("openid")) {
    reader.refuse(`${stems[0]}_SCOPE must contain openid.`);
  }
  const optional = portal.protocol === "oauth2" && portal.redirectUri === "registered";
  const password = portal.protocol === "oauth2" && portal.passwordGrant;
  return {
    scope: scope ?? portal.scope ?? null,
    pkce: portal.pkce === "always" || pkceSetting(stems, reader, portal.pkce ?? false),
    tokenRequest:
      portal.signIn === "only" ? null : reader.firstOf(stems, "TOKEN_REQUEST", ["json", "form"]),
    sendsRedirectUri: optional ? on("SEND_REDIRECT_URI") : true,
    passwordGrant: password ? on("PASSWORD_GRANT") : false,
  };
}

function pkceSetting(stems: readonly string[], reader: VariableReader, declared: boolean) {
  const said = reader.firstOf(stems, "PKCE", ["on", "off"]);
  return said ? said === "on" : declared;
}
