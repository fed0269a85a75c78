import { expect, test } from "vitest";
import { holdsAccessToken, importedTokens, readTokenResponse } from "./tokens";

const receivedAt = new Date("2026-11-22T10:00:00Z");
const read = (body: unknown) => readTokenResponse(body, receivedAt).tokens;

test("the example of RFC 6749 section 5.1 is read", () => {
  expect(
    read({
      access_token: "2YotnFZFEjr1zCsicMWpAA",
      token_type: "example".replace("example", "Bearer"),
      expires_in: 3600,
      refresh_token: "tGzv3JOkF0XG5Qx2TlKWIA",
      example_parameter: "example_value",
    }),
  ).toEqual({
    accessToken: "2YotnFZFEjr1zCsicMWpAA",
    tokenSecret: null,
    refreshToken: "tGzv3JOkF0XG5Qx2TlKWIA",
    expiresAt: new Date("2026-11-22T11:00:00Z"),
    issuedAt: null,
    scope: null,
  });
});

test("fields that RFC 6749 and OpenID Connect do not know are kept beside the tokens, and no token is among them", () => {
  const known = { access_token: "a", refresh_token: "r", id_token: "i", token_type: "Bearer" };
  const more = { userid: "363", team: { id: 7 } };
  const body = { ...known, expires_in: 60, created_at: 1, scope: "read", ...more };
  expect(readTokenResponse(body, receivedAt).moreFields).toEqual(more);
});

test("without expires_in there is no end, and without refresh_token nothing to refresh with", () => {
  const body = { access_token: "t", token_type: "Bearer", scope: "read", created_at: 1732752841 };
  expect(read(body)).toEqual({
    accessToken: "t",
    tokenSecret: null,
    refreshToken: null,
    expiresAt: null,
    issuedAt: new Date(1732752841000),
    scope: "read",
  });
});

const inAnHour = new Date("2026-11-22T11:00:00Z");

test.each<[expiresIn: unknown, expiresAt: Date | null]>([
  [3600, inAnHour],
  ["3600", inAnHour],
  [" 3600.0 ", inAnHour],
  [0, null], // what servers say of a token without an end
  ["0", null],
  [-1, null],
  ["-1", null],
  ["soon", null],
  ["", null],
  [null, null],
  [true, null],
  [[3600], null],
  [{}, null],
  [1e12, new Date(receivedAt.getTime() + 3_153_600_000_000)], // a hundred years
  ["9".repeat(30), new Date(receivedAt.getTime() + 3_153_600_000_000)],
])("a lifetime of %j costs no token", (expires_in, expiresAt) => {
  expect(read({ access_token: "t", expires_in })).toMatchObject({ accessToken: "t", expiresAt });
});

test.each<[refreshToken: unknown, read: string | null]>([
  ["r", "r"],
  ["ré sumé", "ré sumé"],
  ["x".repeat(10_000), "x".repeat(10_000)],
  [7, "7"],
  [null, null],
  ["", null],
  ["  ", null],
  [["r"], null],
  [{}, null],
  [false, null],
])("a refresh token of %j costs no access token", (refresh_token, refreshToken) => {
  expect(read({ access_token: "t", refresh_token })).toMatchObject({ refreshToken });
});

test.each<[scope: unknown, read: string | null]>([
  ["read write", "read write"],
  [["read", "write"], "read write"],
  [["read", 7, null], "read"],
  ["  read\n\u0000write ", "read write"],
  ["", null],
  [[], null],
  [null, null],
  [7, null],
  [{ read: true }, null],
])("a scope of %j costs no token", (scope, expected) => {
  expect(read({ access_token: "t", scope }).scope).toBe(expected);
});

test("a very long scope is cut between two words", () => {
  const { scope } = read({ access_token: "t", scope: "word:read ".repeat(50_000) });
  expect(scope?.length).toBeLessThanOrEqual(4_000);
  expect(scope).toMatch(/^(word:read )+word:read$/);
});

test.each([undefined, null, "bearer", "mac", "DPoP", "", 7, {}])(
  "a token type of %j costs no token",
  (token_type) => expect(read({ access_token: "t", token_type }).accessToken).toBe("t"),
);

test.each([null, "", "not.a.jwt", 7, { sub: "7" }, "x".repeat(100_000)])(
  "an ID token that was not asked for costs no token: %j",
  (id_token) => expect(read({ access_token: "t", id_token }).accessToken).toBe("t"),
);

test.each([0, -1, 1e20, "yesterday", null, {}])("so does a birth at %j", (created_at) => {
  expect(read({ access_token: "t", created_at }).issuedAt).toBeNull();
});

test.each([
  {},
  null,
  [],
  "t",
  { access_token: "" },
  { access_token: 7 },
  { access_token: "line\nbreak" },
  { access_token: "über" },
  { error: "invalid_grant" },
])("what holds no access token is no token response: %j", (body) => {
  expect(() => read(body)).toThrowError(/RFC 6749 section 5\.1/);
  expect(() => read(body)).not.toThrowError(/line|über/);
  expect(holdsAccessToken(body)).toBe(false);
});

test("tokens handed out beforehand are tokens of which nothing more is known", () => {
  expect(importedTokens("a", "r")).toEqual({
    accessToken: "a",
    tokenSecret: null,
    refreshToken: "r",
    expiresAt: null,
    issuedAt: null,
    scope: null,
  });
  expect(() => importedTokens("line\nbreak", null)).toThrow();
});
