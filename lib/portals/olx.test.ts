import { expect, test } from "vitest";
import { checkStatus } from "@/lib/oauth/answer";
import { OAuthError } from "@/lib/oauth/errors";
import { olx } from "./olx";

/** The table of the portal's page on authorization errors. */
test.each([
  [403, "Invalid API Key - unknown Partner", "invalid_client"],
  [403, "The client credentials are invalid", "invalid_client"],
  [400, "Authorization code doesn't exist or is invalid for the client", "invalid_grant"],
  [403, "The access token provided has expired", "expired_token"],
  [400, "Refresh token doesn't exist or is invalid for the client", "invalid_grant"],
  [401, "The refresh token has expired", "invalid_grant"],
  [403, "Refresh token was revoked", "invalid_grant"],
  [403, "You are not allowed to see this advert", "refused"],
])("%i %s means %s", (status, message, code) => {
  const body = JSON.stringify({ transaction_id: "1d2a", message });
  const failure = (() => {
    try {
      checkStatus({ status, headers: new Headers(), body }, olx);
    } catch (error) {
      return error;
    }
  })();
  expect(failure).toBeInstanceOf(OAuthError);
  expect(failure).toMatchObject({ code });
});

test.each([
  "the refresh token header is invalid",
  '{"message":"refresh token missing or invalid"}',
])("like words of a gateway's end nothing: %s", (body) => {
  const answer = { status: 403, headers: new Headers(), body };
  expect(() => checkStatus(answer, olx)).toThrowError(
    expect.not.objectContaining({ code: "invalid_grant" }),
  );
});
