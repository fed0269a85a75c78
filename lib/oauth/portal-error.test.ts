import { expect, test } from "vitest";
import type { ErrorFormat } from "./errors";
import { errorInSuccess, saidError } from "./portal-error";

const answer = (body: string, headers: Record<string, string> = {}) => ({
  status: 400,
  headers: new Headers(headers),
  body,
});
const said = (body: string, format: ErrorFormat = {}) => saidError(answer(body), format);
const inSuccess = (body: string, format: ErrorFormat) =>
  errorInSuccess({ ...answer(body), status: 200 }, format);

const envelope: ErrorFormat = {
  errorPlaces: [{ code: ["D", "Code"], message: ["D", "Message"] }],
};
const messages: ErrorFormat = {
  errorPlaces: [
    {
      code: ["common.messages", 0, "message", "messageCode"],
      message: ["common.messages", 0, "message", "message"],
    },
    { code: ["messageCode"], message: ["message"] },
  ],
};

test.each<[string, string, { error: string | null; message: string | null }, ErrorFormat?]>([
  [
    "RFC 6749 section 5.2",
    '{"error":"invalid_grant","error_description":"It is spent"}',
    { error: "invalid_grant", message: "It is spent" },
  ],
  [
    "a transaction and a message",
    '{"transaction_id":"7","message":"The client credentials are invalid"}',
    { error: null, message: "The client credentials are invalid" },
  ],
  [
    "an envelope with a number",
    '{"D":{"Success":false,"Code":1020,"Message":"Session token has expired"}}',
    { error: "1020", message: "Session token has expired" },
    envelope,
  ],
  [
    "a nested error with a number",
    '{"error":{"code":401,"message":"Not for you"}}',
    { error: "401", message: "Not for you" },
  ],
  [
    "a list of messages",
    '{"common.messages":[{"message":{"messageCode":"ERROR_COMMON_ACCESS_DENIED","message":"No"}}]}',
    { error: "ERROR_COMMON_ACCESS_DENIED", message: "No" },
    messages,
  ],
  [
    "one message, flat",
    '{"messageCode":"ERROR_COMMON_ACCESS_DENIED","message":"No"}',
    { error: "ERROR_COMMON_ACCESS_DENIED", message: "No" },
    messages,
  ],
  [
    "XML",
    '<?xml version="1.0"?><common:messages xmlns:common="http://rest.immobilienscout24.de/schema/common/1.0"><message><messageCode>ERROR_COMMON_AUTHENTICATION_REQUIRED</messageCode><message>Authentication is required</message></message></common:messages>',
    { error: "ERROR_COMMON_AUTHENTICATION_REQUIRED", message: "Authentication is required" },
    messages,
  ],
  [
    "RFC 6749's form at a portal with another",
    '{"error":"invalid_grant"}',
    { error: "invalid_grant", message: null },
    envelope,
  ],
  [
    "a place that holds something else",
    '{"D":{"Code":[1],"Message":{}},"error":"x"}',
    { error: "x", message: null },
    envelope,
  ],
  [
    "a place that leads out of the document",
    '{"D":null}',
    { error: null, message: null },
    envelope,
  ],
  [
    "a form that only a function can read",
    '{"status":401,"error":"Not provided"}',
    { error: "401", message: "Not provided" },
    { readError: () => ({ error: "401", message: "Not provided" }) },
  ],
  ["plain text", "Invalid timestamp\n", { error: null, message: "Invalid timestamp" }],
  ["a web page", "<html><body>502</body></html>", { error: null, message: null }],
  ["nothing", "", { error: null, message: null }],
  ["JSON that is no error", "[1,null]", { error: null, message: null }],
  ["fields of other types", '{"error":["x"],"message":7}', { error: null, message: null }],
])("%s is read", (_name, body, expected, format = {}) => {
  expect(said(body, format)).toMatchObject(expected);
});

test("a success is one, unless the portal's own reader finds an error in it", () => {
  const readError = (body: unknown) =>
    Object.hasOwn(Object(body), "failed") ? { error: "failed", message: null } : null;
  expect(inSuccess('{"failed":1}', { readError })).toEqual({
    error: "failed",
    message: null,
    own: true,
  });
  expect(inSuccess('{"fine":1}', { readError })).toBeNull();
  expect(inSuccess("", { readError })).toBeNull();
  expect(inSuccess('{"error":0,"errors":[],"last_error":"x"}', {})).toBeNull();
});

test("a reader of the portal's own that fails has found nothing", () => {
  const readError = () => {
    throw new TypeError("not that form");
  };
  expect(said('{"error":"invalid_grant"}', { readError })).toMatchObject({
    error: "invalid_grant",
  });
  expect(inSuccess("{}", { readError })).toBeNull();
});

test.each(["__proto__", "constructor", "length"])("a place named %s finds nothing", (key) => {
  const format = { errorPlaces: [{ code: [key, "name"], message: [key] }] };
  expect(said("{}", format)).toEqual({ error: null, message: null, own: false });
});

test.each<[about: string, body: string, error: string | null, format?: ErrorFormat]>([
  ["an OAuth error", '{"error":"invalid_grant"}', "invalid_grant"],
  ["a declared place", '{"D":{"Success":false,"Code":1020}}', "1020", envelope],
  ["a nested error", '{"error":{"code":403,"message":"No"}}', "403"],
  ["words in place of a code", '{"error":"Something went wrong"}', "Something went wrong"],
])("a success whose JSON is %s is that error", (_about, body, error, format = {}) => {
  expect(inSuccess(body, format)?.error).toBe(error);
});

const marked: ErrorFormat = { errorMark: ["transaction_id"] };

test.each<[about: string, own: boolean, body: string, format?: ErrorFormat]>([
  ["RFC 6749's form", true, '{"error":"invalid_grant"}'],
  ["a code of its own about the token", true, '{"error":"bad_refresh_token"}'],
  ["a code of its own about the member", true, '{"error":"consent_required"}'],
  ["a declared place", true, '{"D":{"Code":1000}}', envelope],
  ["a mark", true, '{"transaction_id":"7","message":"Forbidden"}', marked],
  ["XML with a code", true, "<m><messageCode>X</messageCode></m>", messages],
  ["a message alone", false, '{"message":"Forbidden"}'],
  ["a message alone, at a declared place", false, '{"message":"Unauthorized"}', messages],
  ["a message alone where there is a mark", false, '{"message":"Forbidden"}', marked],
  ["the words of a status", false, '{"error":"unauthorized"}'],
  ["the words of a status, in another case", false, '{"status":403,"error":"Forbidden"}'],
  ["a code about anything else", false, '{"error":"request_blocked"}'],
  ["a nested error", false, '{"error":{"code":403,"message":"Not allowed"}}'],
  ["a web page", false, "<html><h1>Request blocked</h1></html>", messages],
  ["plain text", false, "RBAC: access denied"],
  ["nothing", false, ""],
  ["a list", false, "[]"],
])("whether the portal itself has spoken: %s, %s", (_about, own, body, format = {}) => {
  expect(said(body, format).own).toBe(own);
});

test.each<[challenge: string, error: string | null]>([
  [
    'Bearer realm="Doorkeeper", error="invalid_token", error_description="It was revoked"',
    "invalid_token",
  ],
  ["OAuth realm='Flexmls API', error='expired_token'", "expired_token"],
  ['Basic realm="x", Bearer error=invalid_token', "invalid_token"],
  ['DPoP error="invalid_token"', "invalid_token"],
  ['Bearer error="invalid_grant"', null], // of a grant a challenge says nothing
  ["Bearer", null],
  ['Bearer realm="x"', null],
  ['Basic realm="Restricted"', null],
  ['Negotiate, NTLM, Basic error="invalid_token"', null],
])("a challenge %s names %s", (challenge, error) => {
  const { error: named, own } = saidError(answer("", { "www-authenticate": challenge }), {});
  expect([named, own]).toEqual([error, error !== null]);
});
