import { portalAddress } from "./address";
import { ENDPOINTS, type Endpoint, type Endpoints, type Environment, type Portal } from "./portal";
import { Reader, stemOf, type Variables } from "./variables";

/** A portal with its choice made, as this deployment is registered there. Holds the client's secret: never for a page. */
export type Connection = {
  /** `mlsconnect-federia`: Auth.js's provider id, `Account.provider`, and the stem of the variables. */
  id: string;
  portal: Portal;
  choice: { value: string; label: string } | null;
  environment: Environment;
  endpoints: Endpoints;
  client: { id: string; secret: string };
  /** Sent to the authorization endpoint only if set. */
  scope: string | null;
  pkce: boolean;
  /** Where the portal sends people back to, under our own origin. */
  callbackPath: string;
  /** Whether the sign-in page offers it; "hidden" is entered from the portal's side only. */
  signIn: "offered" | "hidden" | "never";
};

/**
 * Every connection that the variables configure, and every sentence about what is wrong with them.
 * A connection exists when its credentials are set; one that is listed counts as set.
 * The connections are only good when there are no errors.
 */
export function connectionsFrom(portals: readonly Portal[], variables: Variables) {
  const reader = new Reader(variables);
  const connections = portals.flatMap((portal) => connectionsOf(portal, reader));
  reader.refuseStrangers(portals);
  return { connections, errors: reader.errors };
}

function connectionsOf(portal: Portal, reader: Reader): Connection[] {
  const stem = stemOf(portal.id);
  const callback = reader.oneOf(`${stem}_CALLBACK`, ["own", "shared"]) ?? "own";
  const shown = reader.oneOf(`${stem}_SIGN_IN`, ["shown", "hidden"]) ?? "shown";
  const signIn = portal.signIn ? (shown === "hidden" ? "hidden" : "offered") : "never";

  return choicesOf(portal, reader).flatMap((value) => {
    const id = value ? `${portal.id}-${value}` : portal.id;
    const environment = environmentOf(id, reader);
    // What is registered for production is not shown to a staging host.
    const stems = environment === "staging" || !value ? [stemOf(id)] : [stemOf(id), stem];
    const client = clientOf(portal, stems, value !== null, reader);
    if (!client) return [];
    return {
      id,
      portal,
      choice: value
        ? { value, label: reader.text(`${stemOf(id)}_LABEL`) ?? titleCase(value) }
        : null,
      environment,
      endpoints: endpointsOf(portal, stems, environment, reader),
      client,
      scope: reader.first(stems, "SCOPE"),
      pkce: stems.map((each) => reader.oneOf(`${each}_PKCE`, ["on", "off"])).find(Boolean) === "on",
      callbackPath:
        callback === "shared" ? `/users/auth/${portal.id}/callback` : `/api/auth/callback/${id}`,
      signIn,
    };
  });
}

/** The choices this deployment lists, or one null where the portal has none to make. */
function choicesOf(portal: Portal, reader: Reader): (string | null)[] {
  if (!portal.choice) return [null];
  const stem = stemOf(portal.id);
  const name = `${stem}_${portal.choice.listedIn}`;
  const listed = (reader.text(name) ?? "").split(/[\s,]+/).filter(Boolean);

  const halfSet = portal.credentials
    .map((each) => `${stem}_${each}`)
    .filter((each) => reader.text(each));
  if (listed.length === 0 && halfSet.length > 0) {
    reader.refuse(
      `${name} is not set, but ${halfSet.join(" and ")} ${halfSet.length > 1 ? "are" : "is"}.`,
    );
  }
  return [...new Set(listed)].filter((value) => {
    const times = listed.filter((other) => other === value).length;
    if (times > 1)
      reader.refuse(`${name} lists "${value}" ${times === 2 ? "twice" : `${times} times`}.`);
    if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(value)) return true;
    reader.refuse(`${name} lists "${value}": use small letters, digits and single hyphens.`);
    return false;
  });
}

function clientOf(portal: Portal, stems: string[], listed: boolean, reader: Reader) {
  const missing = portal.credentials.filter((each) => !reader.first(stems, each));
  const set = portal.credentials.length - missing.length;
  if (set === 0 && !listed) return null;
  for (const each of missing) {
    reader.refuse(`${stems.map((stem) => `${stem}_${each}`).join(" or ")} is not set.`);
  }
  return {
    id: reader.first(stems, "CLIENT_ID") ?? "",
    secret: reader.first(stems, "CLIENT_SECRET") ?? "",
  };
}

function environmentOf(id: string, reader: Reader): Environment {
  return reader.oneOf(`${stemOf(id)}_ENVIRONMENT`, ["production", "staging"]) ?? "production";
}

/** Staging hosts are not public: a staging connection names all its addresses itself and never falls back to production's. */
function endpointsOf(
  portal: Portal,
  stems: string[],
  environment: Environment,
  reader: Reader,
): Endpoints {
  const simulator = reader.text("PORTAL_SIMULATOR");
  const resolved = ENDPOINTS.map((endpoint): [Endpoint, string | undefined] => {
    const given = stems.map((stem) => reader.address(`${stem}_${endpoint}_URL`)).find(Boolean);
    const declared = portal.endpoints[endpoint];
    if (environment === "staging" && declared && !given) {
      reader.refuse(
        `${stems[0]}_${endpoint}_URL is not set: a staging connection must name all its addresses.`,
      );
    }
    return [endpoint, given ?? (declared && portalAddress(declared, simulator))];
  });
  return { ...portal.endpoints, ...Object.fromEntries(resolved.filter(([, address]) => address)) };
}

function titleCase(value: string) {
  return value.replace(
    /(^|-)([a-z])/g,
    (_, dash, letter) => (dash ? " " : "") + letter.toUpperCase(),
  );
}
