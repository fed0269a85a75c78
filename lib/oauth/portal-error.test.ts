import { expect, test } from "vitest";
import { portalError } from "./portal-error";

test.each([
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
  ],
  [
    "one message, flat",
    '{"messageCode":"ERROR_COMMON_ACCESS_DENIED","message":"No"}',
    { error: "ERROR_COMMON_ACCESS_DENIED", message: "No" },
  ],
  [
    "XML",
    '<?xml version="1.0"?><common:messages xmlns:common="http://rest.immobilienscout24.de/schema/common/1.0"><message><messageCode>ERROR_COMMON_AUTHENTICATION_REQUIRED</messageCode><message>Authentication is required</message></message></common:messages>',
    { error: "ERROR_COMMON_AUTHENTICATION_REQUIRED", message: "Authentication is required" },
  ],
  ["plain text", "Invalid timestamp\n", { error: null, message: "Invalid timestamp" }],
  ["a web page", "<html><body>502</body></html>", { error: null, message: null }],
  ["nothing", "", { error: null, message: null }],
  ["JSON that is no error", "[1,null]", { error: null, message: null }],
  ["fields of other types", '{"error":["x"],"message":7}', { error: null, message: null }],
])("%s is read", (_name, body, said) => {
  expect(portalError(body)).toEqual(said);
});
