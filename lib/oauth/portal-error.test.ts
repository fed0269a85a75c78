import { expect, test } from "vitest";
import type { ErrorFormat } from "./errors";
import { errorInSuccess, saidError } from "./portal-error";

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
])("%s is read", (_name, body, said, format = {}) => {
  expect(saidError(body, format)).toEqual(said);
});

test("a success is one, unless the portal's own reader finds an error in it", () => {
  const readError = (body: unknown) =>
    Object.hasOwn(Object(body), "failed") ? { error: "failed", message: null } : null;
  expect(errorInSuccess('{"failed":1}', { readError })).toEqual({ error: "failed", message: null });
  expect(errorInSuccess('{"fine":1}', { readError })).toBeNull();
  expect(errorInSuccess("", { readError })).toBeNull();
  expect(errorInSuccess('{"error":"invalid_grant"}', envelope)).toBeNull();
});

test("a reader of the portal's own that fails has found nothing", () => {
  const readError = () => {
    throw new TypeError("not that form");
  };
  expect(saidError('{"error":"invalid_grant"}', { readError })).toMatchObject({
    error: "invalid_grant",
  });
  expect(errorInSuccess("{}", { readError })).toBeNull();
});

test.each(["__proto__", "constructor", "length"])("a place named %s finds nothing", (key) => {
  const format = { errorPlaces: [{ code: [key, "name"], message: [key] }] };
  expect(saidError("{}", format)).toEqual({ error: null, message: null });
});
