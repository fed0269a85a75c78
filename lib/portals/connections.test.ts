import { expect, test } from "vitest";
import { connectionsFrom } from "./connections";
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
  expect(connectionsFrom(portals, {})).toEqual({ connections: [], errors: [] });
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
  expect(connections.map(({ client }) => client.id)).toEqual(["wide", "id"]);
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
    endpoints: { TOKEN: "https://staging.example/oauth/token" },
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
  const { connections } = connectionsFrom(portals, {
    MLSCONNECT_BOARDS: "a",
    ...board("A"),
    MLSCONNECT_MEMBER_URL: "https://elsewhere.example/me",
    PORTAL_SIMULATOR: "http://localhost:4600",
  });
  expect(connections[0]?.endpoints).toEqual({
    AUTHORIZATION: "http://localhost:4600/app.mls-connect.com/oauth/authorize",
    TOKEN: "http://localhost:4600/mls-connect.com/oauth/token",
    MEMBER: "https://elsewhere.example/me",
  });
});

test("addresses that a portal has not published may be set before they are used", () => {
  const given = { MLSCONNECT_REVOCATION_URL: "https://mls.example/oauth/revoke" };
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
