import type { Callback } from "../../answer";
import { repeatsName } from "../../request";
import { errorCallback } from "../openid/authorize";
import { missing, Refusal } from "../openid/errors";
import type { Client } from "../openid/store";

/** draft-ietf-oauth-v2-10 section 3: the authorization request and its callbacks. */

export type AuthorizationRequest = { client: Client; redirectUri: string; state: string };

type Registrations = {
  findClient: (id: string) => Client | null;
  appOrigins: readonly string[];
  /** Whether members or consumers use this endpoint. */
  audience: Client["audience"];
};

/**
 * A Refusal is shown on a page; a Callback takes the error to the requested address. In the draft even an
 * unregistered address gets its `redirect_uri_mismatch`; the simulator sends it only to an app.
 */
export function readAuthorizationRequest(
  query: URLSearchParams,
  { findClient, appOrigins, audience }: Registrations,
): AuthorizationRequest | Callback | Refusal {
  if (repeatsName(query)) {
    return new Refusal("invalid_request", "A parameter was sent more than once");
  }
  const clientId = query.get("client_id");
  if (!clientId) return missing("client_id");
  const client = findClient(clientId);
  if (!client) return new Refusal("invalid_client", "There is no such client");
  const redirectUri = query.get("redirect_uri");
  if (!redirectUri) return missing("redirect_uri");

  const authorizationRequest = { client, redirectUri, state: query.get("state") ?? "" };
  if (!client.redirectUris.includes(redirectUri)) {
    const mismatch = new Refusal(
      "redirect_uri_mismatch",
      "Parameter redirect_uri does not match registered URI",
    );
    return isUnder(appOrigins, redirectUri)
      ? errorCallback(authorizationRequest, mismatch)
      : mismatch;
  }
  if (client.protocol !== "draft10" || client.audience !== audience) {
    const elsewhere = new Refusal(
      "unauthorized_client",
      "This key is not allowed at this endpoint",
    );
    return errorCallback(authorizationRequest, elsewhere);
  }
  const responseType = query.get("response_type");
  if (!responseType) return errorCallback(authorizationRequest, missing("response_type"));
  if (responseType !== "code") {
    const unknown = new Refusal("unsupported_response_type", "Only code is supported");
    return errorCallback(authorizationRequest, unknown);
  }
  return authorizationRequest;
}

/** Section 3.1. */
export function codeCallback({ redirectUri, state }: AuthorizationRequest, code: string): Callback {
  return {
    redirectUri,
    parameters: [
      ["code", code],
      ["state", state],
    ],
  };
}

function isUnder(origins: readonly string[], address: string) {
  return URL.canParse(address) && origins.includes(new URL(address).origin);
}
