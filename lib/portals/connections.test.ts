import { expect, test } from "vitest";
import { connectionsFrom } from "./connections";
import type { Portal } from "./portal";
import { portals } from "./registry";

const board = (stem: string) => ({
  [`MLSCONNECT_${stem}_CLIENT_ID`]: "id",
  [`MLSCONNECT_${stem}_CLIENT_SECRET`]: "secret",
});
const addresses = (stem: string) => ({
  [`MLSCONNECT_${stem}_AUTHORIZATION_URL`]: "https://app.staging.example/oauth/authorize",
  [`MLSCONNECT_${stem}_TOKEN_URL`]: "https://staging.example/oauth/token",
  [`MLSCONNECT_${stem}_MEMBER_URL`]: "https://staging.example/api/oauth/me",
});
const errorsOf = (variables: Record<string, string>) => connectionsFrom(portals, variables).errors;

test("without variables there is no connection and nothing wrong", () => {
  expect(connectionsFrom(portals, {})).toEqual({ connections: [], errors: [], notices: [] });
});

test("a listed board is a connection with the portal's own addresses", () => {
  const { connections, errors } = connectionsFrom(portals, {
    MLSCONNECT_BOARDS: "cote-dazur",
    ...board("COTE_DAZUR"),
  });
  expect(errors).toEqual([]);
  expect(connections).toMatchObject([
    {
      id: "mlsconnect-cote-dazur",
      choice: { value: "cote-dazur", label: "Cote Dazur" },
      environment: "production",
      endpoints: {
        AUTHORIZATION: "https://app.mls-connect.com/oauth/authorize",
        TOKEN: "https://mls-connect.com/oauth/token",
        MEMBER: "https://mls-connect.com/api/oauth/me",
        API: "https://mls-connect.com/api",
      },
      scope: null,
      pkce: false,
      callbackPath: "/api/auth/callback/mlsconnect-cote-dazur",
      signIn: "offered",
    },
  ]);
});

test("the portal-wide credentials serve boards that have none of their own", () => {
  const { connections, errors } = connectionsFrom(portals, {
    MLSCONNECT_BOARDS: "a b",
    MLSCONNECT_CLIENT_ID: "wide",
    MLSCONNECT_CLIENT_SECRET: "wide-secret",
    ...board("B"),
  });
  expect(errors).toEqual([]);
  expect(connections.map(({ registration }) => registration.id)).toEqual(["wide", "id"]);
});

test("everything that is wrong is said at once, by the names of the variables", () => {
  const errors = errorsOf({
    MLSCONNECT_BOARDS: "a a Bad_Board stage",
    MLSCONNECT_A_CLIENT_ID: "id",
    MLSCONNECT_A_TOKEN_URL: "http://mls.example/token",
    MLSCONNECT_A_PKCE: "yes",
    MLSCONNECT_STAGE_ENVIRONMENT: "staging",
    ...board("STAGE"),
    MLSCONNECT_TYPO_CLIENT_ID: "id",
    MLSCONNECT_A_ENVIRONEMENT: "staging",
    MLSCONNECT_CALLBACK: "both",
  });
  expect(errors.toSorted()).toEqual(
    [
      'MLSCONNECT_BOARDS lists "a" twice.',
      'MLSCONNECT_BOARDS lists "Bad_Board": use small letters, digits and single hyphens.',
      "MLSCONNECT_A_CLIENT_SECRET or MLSCONNECT_CLIENT_SECRET is not set.",
      "MLSCONNECT_A_TOKEN_URL must begin with https://.",
      "MLSCONNECT_A_PKCE must be on or off.",
      "MLSCONNECT_STAGE_AUTHORIZATION_URL is not set: a staging connection must name all its addresses.",
      "MLSCONNECT_STAGE_TOKEN_URL is not set: a staging connection must name all its addresses.",
      "MLSCONNECT_STAGE_MEMBER_URL is not set: a staging connection must name all its addresses.",
      "MLSCONNECT_TYPO_CLIENT_ID is set, but there is no such setting, and MLSCONNECT_BOARDS lists nothing of that name.",
      "MLSCONNECT_A_ENVIRONEMENT is set, but there is no such setting, and MLSCONNECT_BOARDS lists nothing of that name.",
      "MLSCONNECT_CALLBACK must be own or shared.",
    ].toSorted(),
  );
});

test("credentials without a board are half a configuration", () => {
  expect(errorsOf({ MLSCONNECT_CLIENT_ID: "id" })).toEqual([
    "MLSCONNECT_BOARDS is not set, but MLSCONNECT_CLIENT_ID is.",
  ]);
});

test("a staging board never falls back to production, not even to portal-wide addresses", () => {
  const staging = { MLSCONNECT_BOARDS: "s", MLSCONNECT_S_ENVIRONMENT: "staging", ...board("S") };
  const wide = { MLSCONNECT_TOKEN_URL: "https://mls-connect.com/oauth/token" };
  expect(errorsOf({ ...staging, ...wide })).toHaveLength(3);
  expect(errorsOf({ ...staging, ...wide, PORTAL_SIMULATOR: "http://localhost:4600" })).toHaveLength(
    3,
  );

  const { connections, errors } = connectionsFrom(portals, { ...staging, ...addresses("S") });
  expect(errors).toEqual([]);
  expect(connections[0]).toMatchObject({
    environment: "staging",
    endpoints: { TOKEN: "https://staging.example/oauth/token", API: "https://staging.example/api" },
  });
});

test("a staging board does not get the portal-wide credentials", () => {
  const wide = { MLSCONNECT_CLIENT_ID: "wide", MLSCONNECT_CLIENT_SECRET: "wide-secret" };
  const staging = {
    MLSCONNECT_BOARDS: "s",
    MLSCONNECT_S_ENVIRONMENT: "staging",
    ...addresses("S"),
  };
  expect(errorsOf({ ...wide, ...staging })).toEqual([
    "MLSCONNECT_S_CLIENT_ID is not set.",
    "MLSCONNECT_S_CLIENT_SECRET is not set.",
  ]);
});

test("the simulator stands in for every address that is not overridden, one folder per host", () => {
  const { connections, errors } = connectionsFrom(portals, {
    MLSCONNECT_BOARDS: "a",
    ...board("A"),
    MLSCONNECT_MEMBER_URL: "http://localhost:4600/other.mls-connect.com/me",
    PORTAL_SIMULATOR: "http://localhost:4600",
  });
  expect(errors).toEqual([]);
  expect(connections[0]?.endpoints).toEqual({
    AUTHORIZATION: "http://localhost:4600/app.mls-connect.com/oauth/authorize",
    TOKEN: "http://localhost:4600/mls-connect.com/oauth/token",
    MEMBER: "http://localhost:4600/other.mls-connect.com/me",
    API: "http://localhost:4600/mls-connect.com/api",
  });
});

test("addresses that a portal has not published may be set before they are used", () => {
  const given = { MLSCONNECT_REVOCATION_URL: "https://mls-connect.com/oauth/revoke" };
  expect(errorsOf({ MLSCONNECT_BOARDS: "a", ...board("A"), ...given })).toEqual([]);
});

test("one callback for all boards, and sign-in from the portal's side only, are settings of the portal", () => {
  const { connections } = connectionsFrom(portals, {
    MLSCONNECT_BOARDS: "a",
    ...board("A"),
    MLSCONNECT_CALLBACK: "shared",
    MLSCONNECT_SIGN_IN: "hidden",
    MLSCONNECT_A_PKCE: "on",
    MLSCONNECT_SCOPE: "read",
  });
  expect(connections[0]).toMatchObject({
    callbackPath: "/users/auth/mlsconnect/callback",
    signIn: "hidden",
    pkce: true,
    scope: "read",
  });
});

const idsOf = (variables: Record<string, string>) =>
  connectionsFrom(portals, variables).connections.map(({ id }) => id);

const olx = { OLX_CLIENT_ID: "id", OLX_CLIENT_SECRET: "secret", OLX_API_KEY: "key" };

test("without a list, every published site with credentials is offered, at one callback", () => {
  const { connections, errors } = connectionsFrom(portals, olx);
  expect(errors).toEqual([]);
  expect(connections.map(({ id }) => id)).toEqual(["olx-otodom", "olx-imovirtual", "olx-storia"]);
  expect(connections[0]).toMatchObject({
    choice: { value: "otodom", label: "Otodom" },
    endpoints: {
      AUTHORIZATION: "https://otodom.pl/pl/crm/authorization/",
      TOKEN: "https://api.olxgroup.com/oauth/v1/token",
    },
    registration: { id: "id", secret: "secret", apiKey: "key" },
    callbackPath: "/users/auth/olx/callback",
    sendsRedirectUri: false,
    signIn: "never",
  });
});

test("a site with an application of its own is offered alone, and a list narrows the sites", () => {
  const own = {
    OLX_OTODOM_CLIENT_ID: "id",
    OLX_OTODOM_CLIENT_SECRET: "secret",
    OLX_OTODOM_API_KEY: "key",
  };
  expect(idsOf(own)).toEqual(["olx-otodom"]);
  expect(errorsOf(own)).toEqual([]);
  expect(idsOf({ ...olx, OLX_SITES: "storia otodom" })).toEqual(["olx-storia", "olx-otodom"]);
});

test("a site that is listed must be complete, and must exist", () => {
  expect(errorsOf({ OLX_SITES: "otodom", OLX_CLIENT_ID: "id", OLX_API_KEY: "key" })).toEqual([
    "OLX_OTODOM_CLIENT_SECRET or OLX_CLIENT_SECRET is not set.",
  ]);
  expect(errorsOf({ ...olx, OLX_SITES: "otomoto" })).toEqual([
    'OLX_SITES lists "otomoto": there are otodom, imovirtual, storia.',
  ]);
});

test("the older address of a site, and its redirect address, are settings", () => {
  const { connections } = connectionsFrom(portals, {
    ...olx,
    OLX_OTODOM_AUTHORIZATION_URL: "https://www.otodom.pl/mercury/authorization/",
    OLX_SEND_REDIRECT_URI: "on",
  });
  expect(connections[0]).toMatchObject({
    endpoints: { AUTHORIZATION: "https://www.otodom.pl/mercury/authorization/" },
    sendsRedirectUri: true,
  });
});

test("how fast a portal is asked about links is its setting, and polite without", () => {
  const [polite] = connectionsFrom(portals, olx).connections;
  expect(polite?.checks).toEqual({ atOnce: 3, perSecond: 5 });
  const set = { ...olx, OLX_CHECKS_AT_ONCE: "15", OLX_CHECKS_PER_SECOND: "30" };
  const { connections, errors } = connectionsFrom(portals, set);
  expect(errors).toEqual([]);
  expect(connections.map(({ checks }) => checks)).toEqual(
    Array(3).fill({ atOnce: 15, perSecond: 30 }),
  );
});

test.each(["0", "2.5", "1000", "many"])("a portal cannot be asked %s times a second", (value) => {
  expect(errorsOf({ ...olx, OLX_CHECKS_PER_SECOND: value })).toEqual([
    "OLX_CHECKS_PER_SECOND must be a whole number from 1 to 999.",
  ]);
});

const spark = { SPARK_CLIENT_ID: "id", SPARK_CLIENT_SECRET: "secret" };

test("an OpenID portal needs its issuer, which the simulator and a setting can be", () => {
  const one = (variables: Record<string, string>) =>
    connectionsFrom(portals, { ...spark, ...variables }).connections[0];
  expect(one({})).toMatchObject({
    id: "spark",
    issuer: "https://sparkplatform.com",
    scope: "openid",
    callbackPath: "/api/auth/callback/spark",
    signIn: "offered",
  });
  expect(one({ PORTAL_SIMULATOR: "http://localhost:4600" })?.issuer).toBe(
    "http://localhost:4600/sparkplatform.com",
  );
  expect(one({ SPARK_ISSUER: "https://id.example" })?.issuer).toBe("https://id.example");
  expect(one({ SPARK_TOKEN_REQUEST: "form" })?.tokenRequest).toBe("form");
  expect(errorsOf({ ...spark, SPARK_SCOPE: "profile" })).toEqual([
    "SPARK_SCOPE must contain openid.",
  ]);
});

test("variables of other programs that begin alike are left alone, misspelt settings are not", () => {
  expect(errorsOf({ ...spark, SPARK_HOME: "/opt/spark", SPARK_LOCAL_IP: "127.0.0.1" })).toEqual([]);
  expect(errorsOf({ ...spark, SPARK_CLIEND_ID: "id" })).toEqual([
    "SPARK_CLIEND_ID is set, but there is no such setting.",
  ]);
});

const roles = (...names: string[]) =>
  Object.fromEntries(
    names.flatMap((name) => [
      [`SPARK_OAUTH2_${name}_CLIENT_ID`, name],
      [`SPARK_OAUTH2_${name}_CLIENT_SECRET`, "secret"],
    ]),
  );

test("each role is a connection, and a portal's name is part of its address, in small letters", () => {
  const { connections, errors } = connectionsFrom(portals, {
    SPARK_OAUTH2_ROLES: "private idx vow",
    ...roles("PRIVATE", "IDX", "VOW"),
    SPARK_OAUTH2_VOW_PORTAL_NAME: "My Portal/Ñ",
    SPARK_OAUTH2_PASSWORD_GRANT: "on",
  });
  expect(errors).toEqual([]);
  expect(connections).toMatchObject([
    {
      id: "spark-oauth2-private",
      endpoints: { AUTHORIZATION: "https://sparkplatform.com/oauth2" },
    },
    { id: "spark-oauth2-idx", passwordGrant: true },
    {
      id: "spark-oauth2-vow",
      endpoints: {
        AUTHORIZATION: "https://sparkplatform.com/auth/vow/my%20portal%2F%C3%B1",
        MEMBER: "https://sparkapi.com/v1/my/contact",
      },
    },
  ]);
  expect(
    connectionsFrom(portals, { SPARK_OAUTH2_ROLES: "vow", ...roles("VOW") }).connections[0],
  ).toMatchObject({
    endpoints: { AUTHORIZATION: "https://sparkplatform.com/auth/vow" },
    passwordGrant: false,
  });
});

test("a role that is not listed is not offered, and its key does not go unnoticed", () => {
  expect(errorsOf(roles("PRIVATE"))).toHaveLength(2);
  expect(errorsOf({ SPARK_OAUTH2_ROLES: "owner", ...roles("OWNER") })).toContain(
    'SPARK_OAUTH2_ROLES lists "owner": there are private, idx, vow.',
  );
});

const immo = { IMMOSCOUT24_CLIENT_ID: "key", IMMOSCOUT24_CLIENT_SECRET: "secret" };

test("an environment with published addresses is one setting", () => {
  const [production] = connectionsFrom(portals, immo).connections;
  expect(production).toMatchObject({
    id: "immoscout24",
    environment: "production",
    callbackPath: "/api/oauth1/immoscout24/callback",
  });
  const [sandbox] = connectionsFrom(portals, {
    ...immo,
    IMMOSCOUT24_ENVIRONMENT: "sandbox",
  }).connections;
  expect(sandbox?.environment).toBe("sandbox");
  for (const address of Object.values(sandbox?.endpoints ?? {})) {
    expect(new URL(address).host).toBe("rest.sandbox-immobilienscout24.de");
  }
  expect(errorsOf({ ...immo, IMMOSCOUT24_ENVIRONMENT: "staging" })).toEqual([
    "IMMOSCOUT24_ENVIRONMENT must be production or sandbox.",
  ]);
});

test("the API is beside the member record, wherever that has been moved", () => {
  const apiOf = (variables: Record<string, string>) => {
    const { connections, errors } = connectionsFrom(portals, { ...spark, ...variables });
    return errors.length > 0 ? errors : connections[0]?.endpoints.API;
  };
  const issuer = { SPARK_ISSUER: "https://id.example" };
  expect(apiOf({})).toBe("https://sparkapi.com");
  expect(apiOf({ ...issuer, SPARK_MEMBER_URL: "https://api.example/v1/my/account" })).toBe(
    "https://api.example",
  );
  expect(apiOf({ SPARK_MEMBER_URL: "https://replication.sparkapi.com/v1/my/account" })).toBe(
    "https://replication.sparkapi.com",
  );
  expect(apiOf({ ...issuer, SPARK_MEMBER_URL: "https://api.example/whoami" })).toEqual([
    "SPARK_API_URL is not set, but SPARK_MEMBER_URL leads elsewhere: a connection's addresses move together.",
  ]);
  const both = {
    ...issuer,
    SPARK_MEMBER_URL: "https://a.example/v1/my/account",
    SPARK_API_URL: "https://b.example",
  };
  expect(apiOf(both)).toBe("https://b.example");
});

const tenantPortal = {
  ...portals.find(({ id }) => id === "mlsconnect"),
  id: "casa",
  choice: undefined,
  endpoints: {
    AUTHORIZATION: "https://casa.example/{TENANT}/authorize{/SKIN}",
    TOKEN: "https://casa.example/{TENANT}/token",
  },
  pkce: true,
  scope: "listings",
} as unknown as Portal;

const casa = { CASA_CLIENT_ID: "id", CASA_CLIENT_SECRET: "secret" };

test("a setting that an address names is filled in, in small letters and encoded, and must be set", () => {
  const { connections, errors } = connectionsFrom([tenantPortal], {
    ...casa,
    CASA_TENANT: "Acme Ltd/../x",
  });
  expect(errors).toEqual([]);
  expect(connections[0]?.endpoints).toMatchObject({
    AUTHORIZATION: "https://casa.example/acme%20ltd%2F..%2Fx/authorize",
    TOKEN: "https://casa.example/acme%20ltd%2F..%2Fx/token",
  });
  expect(connectionsFrom([tenantPortal], casa).errors).toEqual(["CASA_TENANT is not set."]);
  expect(connectionsFrom([tenantPortal], {}).errors).toEqual([]); // it is not offered, and so asked for nothing
});

test.each(["..", "."])("a setting of dots alone, %s, moves no address", (dots) => {
  expect(connectionsFrom([tenantPortal], { ...casa, CASA_TENANT: dots }).errors).toContain(
    "CASA_TENANT must not be dots alone.",
  );
});

test("a setting cannot be part of the host", () => {
  const inHost = {
    ...tenantPortal,
    endpoints: { ...tenantPortal.endpoints, TOKEN: "https://{TENANT}.casa.example/token" },
  } as unknown as Portal;
  const { errors } = connectionsFrom([inHost], { ...casa, CASA_TENANT: "elsewhere.example/x" });
  expect(errors).toEqual([
    "https://{TENANT}.casa.example/token is not an address when it is filled in.",
  ]);
});

test("a segment that an address may have is left out when it is not set", () => {
  const address = (more: Record<string, string>) =>
    connectionsFrom([tenantPortal], { ...casa, CASA_TENANT: "acme", ...more }).connections[0]
      ?.endpoints.AUTHORIZATION;
  expect(address({})).toBe("https://casa.example/acme/authorize");
  expect(address({ CASA_SKIN: "Blue" })).toBe("https://casa.example/acme/authorize/blue");
  expect(address({ CASA_AUTHORIZATION_URL: "https://other.example/{TENANT}/go" })).toBe(
    "https://other.example/acme/go",
  );
});

test("an API address with a setting in it has not been moved, and fills its further addresses too", () => {
  const api = {
    ...tenantPortal,
    endpoints: { ...tenantPortal.endpoints, API: "https://casa.example/{TENANT}/api" },
    furtherApis: { COPIES: { address: "https://copies.example/{TENANT}" } },
  } as unknown as Portal;
  const { connections, errors } = connectionsFrom([api], { ...casa, CASA_TENANT: "acme" });
  expect(errors).toEqual([]);
  expect(connections[0]?.apis.map(({ address }) => address)).toEqual([
    "https://casa.example/acme/api",
    "https://copies.example/acme",
  ]);
});

test("a setting of OAuth 2 at a portal that does not speak it is refused", () => {
  expect(errorsOf({ ...immo, IMMOSCOUT24_SCOPE: "listings" })).toEqual([
    "IMMOSCOUT24_SCOPE is set, but there is no such setting.",
  ]);
});

test("a portal's own scope and PKCE hold unless a variable says otherwise", () => {
  const settingsOf = (more: Record<string, string>) => {
    const [connection] = connectionsFrom([tenantPortal], {
      ...casa,
      CASA_TENANT: "acme",
      ...more,
    }).connections;
    return [connection?.scope, connection?.pkce];
  };
  expect(settingsOf({})).toEqual(["listings", true]);
  expect(settingsOf({ CASA_SCOPE: "leads", CASA_PKCE: "off" })).toEqual(["leads", false]);
});
