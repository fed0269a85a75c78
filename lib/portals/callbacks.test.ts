import { expect, test } from "vitest";
import { connectionsFrom } from "./connections";
import { portals } from "./registry";

/** Who shares a callback: RFC 9700 section 4.4.2. */

const mls = {
  MLSCONNECT_CLIENT_ID: "id",
  MLSCONNECT_CLIENT_SECRET: "secret",
  MLSCONNECT_CALLBACK: "shared",
};
const olx = { OLX_CLIENT_ID: "id", OLX_CLIENT_SECRET: "secret", OLX_API_KEY: "key" };

function callbacksOf(variables: Record<string, string>) {
  const { connections, errors, notices } = connectionsFrom(portals, variables);
  expect(errors).toEqual([]);
  return { paths: connections.map(({ callbackPath }) => callbackPath), notices };
}

const boardAt = (stem: string, authorization: string, token: string) => ({
  [`MLSCONNECT_${stem}_CLIENT_ID`]: "id",
  [`MLSCONNECT_${stem}_CLIENT_SECRET`]: "secret",
  [`MLSCONNECT_${stem}_AUTHORIZATION_URL`]: `${authorization}/oauth/authorize`,
  [`MLSCONNECT_${stem}_TOKEN_URL`]: `${token}/oauth/token`,
});

const shared = "/users/auth/mlsconnect/callback";
const own = (board: string) => `/api/auth/callback/mlsconnect-${board}`;
const notice = (id: string, why: string) =>
  `${id} has the callback /api/auth/callback/${id} and not the shared one: ${why}. Register it there.`;
const elsewhere = "its addresses for authorization and tokens are not those of the others";

test("boards at the same addresses share one, and nothing needs saying", () => {
  expect(callbacksOf({ ...mls, MLSCONNECT_BOARDS: "a b" })).toEqual({
    paths: [shared, shared],
    notices: [],
  });
});

test.each([
  ["authorization and token", "https://b.example", "https://b.example"],
  ["authorization", "https://www.mls-connect.com", "https://mls-connect.com"],
  ["token", "https://app.mls-connect.com", "https://b.mls-connect.com"],
])(
  "a board with another %s origin keeps one of its own, and the start says so",
  (_what, authorization, token) => {
    const b = boardAt("B", authorization, token);
    expect(callbacksOf({ ...mls, ...b, MLSCONNECT_BOARDS: "b a c" })).toEqual({
      paths: [own("b"), shared, shared],
      notices: [notice("mlsconnect-b", elsewhere)],
    });
  },
);

test("a staging board keeps one of its own, also at the same origins", () => {
  const staging = boardAt("S", "http://localhost:4600/app", "http://localhost:4600/api");
  expect(
    callbacksOf({
      ...mls,
      ...staging,
      PORTAL_SIMULATOR: "http://localhost:4600",
      MLSCONNECT_BOARDS: "s a",
      MLSCONNECT_S_ENVIRONMENT: "staging",
      MLSCONNECT_S_MEMBER_URL: "http://localhost:4600/api/oauth/me",
    }),
  ).toEqual({
    paths: [own("s"), shared],
    notices: [notice("mlsconnect-s", "it is a staging connection")],
  });
});

test("OLX's sites share theirs, but for one whose tokens come from elsewhere", () => {
  const path = "/users/auth/olx/callback";
  expect(callbacksOf(olx)).toEqual({ paths: [path, path, path], notices: [] });
  const moved = {
    OLX_STORIA_CLIENT_ID: "storia",
    OLX_STORIA_CLIENT_SECRET: "secret",
    OLX_STORIA_API_KEY: "key",
    OLX_STORIA_AUTHORIZATION_URL: "https://t.example/authorize",
    OLX_STORIA_TOKEN_URL: "https://t.example/oauth/v1/token",
  };
  expect(callbacksOf({ ...olx, ...moved })).toEqual({
    paths: [path, path, "/api/auth/callback/olx-storia"],
    notices: [notice("olx-storia", elsewhere)],
  });
});
