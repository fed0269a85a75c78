import { expect, test } from "vitest";
import { type Connection, connectionsFrom } from "./connections";
import { google } from "./fixtures/google";
import { microsoft } from "./fixtures/microsoft";
import { twitter } from "./fixtures/twitter";
import { withings } from "./fixtures/withings";
import { ENDPOINTS, type Portal } from "./portal";
import { portals } from "./registry";
import { stemOf } from "./variables";

/** A connection's addresses are of one world: no credential of the one is ever sent to the other. */

const all: readonly Portal[] = [...portals, google, microsoft, withings, twitter].filter(
  (portal) => portal.signIn !== "only", // each deployment names its issuer: it has no world to leave
);

/** Variables that make the first connection of a portal, all of them its own. */
function credentials(portal: Portal): Record<string, string> {
  const { published, listedIn } = portal.choice ?? {};
  const choice = published ? Object.keys(published)[0] : "federia";
  const stem = stemOf(portal.id);
  return {
    ...(listedIn && { [`${stem}_${listedIn}`]: String(choice) }),
    ...Object.fromEntries(portal.credentials.map((each) => [`${stem}_${each}`, each])),
    MICROSOFT_TENANT: portal.id === "microsoft" ? "acme" : "",
  };
}

/** How the variables of all its addresses end. */
function variablesOf(portal: Portal) {
  return [
    ...ENDPOINTS.filter((each) => each !== "REMOVAL" && isOf(portal, each)).map(
      (each) => `${each}_URL`,
    ),
    ...(portal.protocol === "openid" ? ["ISSUER"] : []),
    ...Object.keys(portal.furtherApis ?? {}).map((each) => `${each}_API_URL`),
  ];
}

function isOf({ protocol }: Portal, endpoint: string) {
  const oauth1 = ["REQUEST_TOKEN", "ACCESS_TOKEN"].includes(endpoint);
  const others = ["TOKEN", "REFRESH", "REVOCATION"].includes(endpoint);
  return protocol === "oauth1" ? !others : !oauth1;
}

function subsetsOf<Each>(list: readonly Each[]): Each[][] {
  const [first, ...rest] = list;
  if (first === undefined) return [[]];
  return subsetsOf(rest).flatMap((each) => [each, [first, ...each]]);
}

/** Everywhere that a connection sends anything of ours, but for the page on which members take back what they granted. */
function destinations({ endpoints, apis, issuer }: Connection) {
  const { REMOVAL: _, ...others } = endpoints;
  return [...Object.values(others), ...apis.map(({ address }) => address), issuer ?? []].flat();
}

/** The address a variable would have if the portal moved as it is to another host; or one that tells nothing. */
function movedAddress(portal: Portal, variable: string, keepsPath: boolean) {
  const choice = Object.values(portal.choice?.published ?? {})[0];
  const declared: Record<string, string | undefined> = {
    ...portal.endpoints,
    ...choice?.endpoints,
    ...(portal.protocol === "openid" && { ISSUER: portal.issuer ?? undefined }),
  };
  const address = declared[variable.replace(/_URL$/, "")];
  if (keepsPath && address) return address.replace("https://", "https://moved.example/");
  return `https://moved.example/${variable.toLowerCase()}`;
}

test.each(all.flatMap((portal) => [true, false].map((keepsPath) => ({ portal, keepsPath }))))(
  "$portal.name: any of its addresses moved, path kept: $keepsPath, moves all of them or stops the start",
  ({ portal, keepsPath }) => {
    const given = credentials(portal);
    const [unmoved] = connectionsFrom([portal], given).connections;
    const stems = new Set([stemOf(portal.id), stemOf(unmoved?.id ?? "")]);
    for (const stem of stems) {
      for (const variables of subsetsOf(variablesOf(portal))) {
        if (variables.length === 0) continue;
        const moved = Object.fromEntries(
          variables.map((each) => [`${stem}_${each}`, movedAddress(portal, each, keepsPath)]),
        );
        for (const simulator of ["", "http://localhost:4600"]) {
          const set = { ...given, ...moved, PORTAL_SIMULATOR: simulator };
          const { connections, errors } = connectionsFrom([portal], set);
          expect(connections).toHaveLength(1);
          const left = connections
            .flatMap(destinations)
            .filter((address) => !address.startsWith("https://moved.example/"));
          const refused = errors.some((each) => each.includes("addresses move together"));
          expect(refused || left.length === 0, `${Object.keys(moved)}: ${left}`).toBe(true);
        }
      }
    }
  },
);

test.each(all)("$name: all of its addresses moved is fine", (portal) => {
  const moved = Object.fromEntries(
    variablesOf(portal).map((each) => [
      `${stemOf(portal.id)}_${each}`,
      movedAddress(portal, each, true),
    ]),
  );
  expect(connectionsFrom([portal], { ...credentials(portal), ...moved }).errors).toEqual([]);
});

const errorsOf = (variables: Record<string, string>) => connectionsFrom(portals, variables).errors;
const only = (variables: Record<string, string>) => {
  const { connections, errors } = connectionsFrom(portals, variables);
  expect(errors).toEqual([]);
  return connections[0];
};

const spark = { SPARK_CLIENT_ID: "id", SPARK_CLIENT_SECRET: "secret" };
const immo = { IMMOSCOUT24_CLIENT_ID: "id", IMMOSCOUT24_CLIENT_SECRET: "secret" };
const olx = { OLX_CLIENT_ID: "id", OLX_CLIENT_SECRET: "secret", OLX_API_KEY: "key" };
const mls = { MLSCONNECT_CLIENT_ID: "id", MLSCONNECT_CLIENT_SECRET: "secret" };

const elsewhere = (missing: string, moved: string) =>
  `${missing} is not set, but ${moved} leads elsewhere: a connection's addresses move together.`;

test("what cannot be derived is named, by the connection's variable and the portal-wide one", () => {
  expect(
    errorsOf({ ...olx, OLX_SITES: "otodom", OLX_TOKEN_URL: "https://t.example/oauth/v1/token" }),
  ).toEqual([elsewhere("OLX_OTODOM_AUTHORIZATION_URL or OLX_AUTHORIZATION_URL", "OLX_TOKEN_URL")]);
  expect(errorsOf({ ...spark, SPARK_ISSUER: "https://id.example" })).toEqual([
    elsewhere("SPARK_API_URL", "SPARK_ISSUER"),
    elsewhere("SPARK_MEMBER_URL", "SPARK_ISSUER"),
  ]);
});

test("a moved API address moves the member address in it, and the reverse", () => {
  const issuer = { SPARK_ISSUER: "https://id.example" };
  const moved = only({ ...spark, ...issuer, SPARK_API_URL: "https://gateway.example/spark/" });
  expect(moved?.endpoints).toMatchObject({
    MEMBER: "https://gateway.example/spark/v1/my/account",
    LOGOUT: "https://id.example/openid/logout",
  });
  expect(
    only({ ...spark, SPARK_API_URL: "https://replication.sparkapi.com" })?.endpoints.MEMBER,
  ).toBe("https://replication.sparkapi.com/v1/my/account");
});

test("one address whose path is the documented one tells where the rest of its host is", () => {
  const moved = only({
    ...immo,
    IMMOSCOUT24_ACCESS_TOKEN_URL: "https://is.example/x/restapi/security/oauth/access_token",
  });
  expect(moved?.endpoints).toEqual({
    REQUEST_TOKEN: "https://is.example/x/restapi/security/oauth/request_token",
    AUTHORIZATION: "https://is.example/x/restapi/security/oauth/confirm_access",
    ACCESS_TOKEN: "https://is.example/x/restapi/security/oauth/access_token",
    MEMBER: "https://is.example/x/restapi/api/offer/v1.0/user/me/realestate/?pagesize=1",
    API: "https://is.example/x/restapi/api",
  });
});

test("the portal's own hosts, and hosts under them, are one world", () => {
  for (const own of [
    {
      ...olx,
      OLX_AUTHORIZATION_URL: "https://www.otodom.pl/mercury/authorization/",
      OLX_SITES: "otodom",
    },
    {
      ...mls,
      MLSCONNECT_BOARDS: "a",
      MLSCONNECT_REVOCATION_URL: "https://mls-connect.com/oauth/revoke",
    },
    { ...spark, SPARK_API_URL: "https://replication.sparkapi.com" },
    { ...spark, SPARK_REPLICATION_API_URL: "https://copies.sparkapi.com" },
    { ...spark, SPARK_REMOVAL_URL: "https://help.example/how-to-remove" },
  ]) {
    expect(errorsOf(own)).toEqual([]);
  }
});

test.each([
  "https://notsparkapi.com/v1/my/account",
  "https://sparkapi.com.evil.example/v1/my/account",
  "https://sparkapi.com:8443/v1/my/account",
  "http://localhost:4600/sparkapi.com/v1/my/account",
])("%s is not one of Spark's own", (address) => {
  expect(errorsOf({ ...spark, SPARK_MEMBER_URL: address })).toEqual([
    elsewhere("SPARK_ISSUER", "SPARK_MEMBER_URL"),
  ]);
});

test("a real address beside the simulator needs the others beside it too", () => {
  const PORTAL_SIMULATOR = "http://localhost:4600";
  const MEMBER = "https://sparkapi.com/v1/my/account";
  expect(errorsOf({ ...spark, PORTAL_SIMULATOR, SPARK_MEMBER_URL: MEMBER })).toEqual([
    elsewhere("SPARK_ISSUER", "SPARK_MEMBER_URL"),
  ]);
});

const boardAt = (stem: string, world: string) => ({
  [`${stem}_AUTHORIZATION_URL`]: `https://app.${world}/oauth/authorize`,
  [`${stem}_TOKEN_URL`]: `https://${world}/oauth/token`,
  [`${stem}_MEMBER_URL`]: `https://api.${world}/api/oauth/me`,
});

const ownClient = { MLSCONNECT_B_CLIENT_ID: "b", MLSCONNECT_B_CLIENT_SECRET: "b-secret" };

test("a board whose addresses are all its own is a world of its own", () => {
  const { connections, errors } = connectionsFrom(portals, {
    ...mls,
    MLSCONNECT_BOARDS: "a b",
    MLSCONNECT_REVOCATION_URL: "https://mls-connect.com/oauth/revoke",
    ...boardAt("MLSCONNECT_B", "b.example"),
    ...ownClient,
  });
  expect(errors).toEqual([]);
  expect(connections[0]?.endpoints.REVOCATION).toBe("https://mls-connect.com/oauth/revoke");
  expect(connections[1]?.endpoints).toMatchObject({ API: "https://api.b.example/api" });
  expect(connections[1]?.endpoints.REVOCATION).toBeUndefined();
});

test("a board that leaves the portal-wide addresses does not use the rest of them", () => {
  const variables = {
    ...mls,
    MLSCONNECT_BOARDS: "b",
    ...boardAt("MLSCONNECT", "a.example"),
    MLSCONNECT_REVOCATION_URL: "https://a.example/revoke",
  };
  expect(
    errorsOf({ ...variables, MLSCONNECT_B_TOKEN_URL: "https://b.example/oauth/token" }),
  ).toEqual([elsewhere("MLSCONNECT_B_AUTHORIZATION_URL", "MLSCONNECT_B_TOKEN_URL")]);
  const back = only({
    ...variables,
    MLSCONNECT_B_TOKEN_URL: "https://mls-connect.com/oauth/token",
  });
  expect(back?.endpoints).toEqual(portals.find(({ id }) => id === "mlsconnect")?.endpoints);
});

test("the addresses of one site complete those of all sites", () => {
  const site = only({
    ...olx,
    OLX_SITES: "otodom",
    OLX_TOKEN_URL: "https://api.olx.example/oauth/v1/token",
    OLX_OTODOM_AUTHORIZATION_URL: "https://otodom.example/pl/crm/authorization/",
  });
  expect(site?.endpoints).toEqual({
    AUTHORIZATION: "https://otodom.example/pl/crm/authorization/",
    TOKEN: "https://api.olx.example/oauth/v1/token",
    MEMBER: "https://api.olx.example/advert/v1/meta",
    API: "https://api.olx.example",
  });
});

test("a portal-wide secret is not shown at two worlds", () => {
  const moved = {
    OLX_OTODOM_AUTHORIZATION_URL: "https://t.example/authorize",
    OLX_OTODOM_TOKEN_URL: "https://t.example/oauth/v1/token",
  };
  const why = (what: string) =>
    `OLX_OTODOM_${what} is not set, and OLX_${what} is for other addresses than those of olx-otodom.`;
  expect(errorsOf({ ...olx, ...moved })).toEqual([why("CLIENT_SECRET"), why("API_KEY")]);
  expect(errorsOf({ ...olx, ...moved, OLX_SITES: "otodom" })).toEqual([]);
});

test("an address of another environment is refused", () => {
  const sandbox = "https://rest.sandbox-immobilienscout24.de/restapi/api";
  expect(errorsOf({ ...immo, IMMOSCOUT24_API_URL: sandbox })).toEqual([
    "IMMOSCOUT24_API_URL is an address of sandbox, and not of production.",
  ]);
  expect(
    errorsOf({
      MLSCONNECT_BOARDS: "b",
      MLSCONNECT_B_ENVIRONMENT: "staging",
      ...ownClient,
      ...boardAt("MLSCONNECT_B", "staging.mls-connect.com"),
      MLSCONNECT_B_TOKEN_URL: "https://mls-connect.com/oauth/token",
    }),
  ).toEqual(["MLSCONNECT_B_TOKEN_URL is an address of production, and not of staging."]);
});
