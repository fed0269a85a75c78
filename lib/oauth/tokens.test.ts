import { expect, test } from "vitest";
import { importedTokens, readTokenResponse } from "./tokens";

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

test("token_type is compared without case and may be missing", () => {
  expect(read({ access_token: "t", token_type: "bearer" }).accessToken).toBe("t");
  expect(read({ access_token: "t" }).accessToken).toBe("t");
});

test("a lifetime in digits is a lifetime", () => {
  expect(read({ access_token: "t", expires_in: "60" }).expiresAt).toEqual(
    new Date("2026-11-22T10:01:00Z"),
  );
});

test.each([
  {},
  { access_token: "" },
  { access_token: 7 },
  { access_token: "line\nbreak" },
  { access_token: "t", token_type: "mac" },
  { access_token: "t", expires_in: 0 },
  { access_token: "t", expires_in: -1 },
  { access_token: "t", expires_in: "soon" },
  { error: "invalid_grant" },
])("what is not a token response is refused, and its values are not repeated: %j", (body) => {
  expect(() => read(body)).toThrowError(/RFC 6749 section 5\.1/);
  expect(() => read(body)).not.toThrowError(/line|mac|soon/);
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
