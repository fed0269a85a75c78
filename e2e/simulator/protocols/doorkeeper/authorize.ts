import type { Callback } from "../../answer";
import { repeatsName } from "../../request";
import { type ErrorName, missing, Refusal } from "./errors";
import type { AuthorizationRequest, Challenge } from "./store";
import type { TokenServer } from "./token";

/**
 * Checks the authorization request before the login, in the order of Doorkeeper 5.8, pre_authorization.rb. Stricter
 * in one thing: a repeated parameter is refused, where Rails takes the last one.
 */
export function readAuthorizationRequest(
  query: URLSearchParams,
  { findClient, pkce }: TokenServer,
): AuthorizationRequest | Refusal {
  if (repeatsName(query)) return new Refusal("invalid_request");

  const clientId = query.get("client_id");
  if (!clientId) return missing("client_id");
  const client = findClient(clientId);
  if (!client) return new Refusal("invalid_client");

  const redirectUri = query.get("redirect_uri") ?? "";
  if (!client.redirectUris.includes(redirectUri)) return new Refusal("invalid_redirect_uri");

  const responseType = query.get("response_type");
  if (!responseType) return missing("response_type");
  if (responseType !== "code") return new Refusal("unsupported_response_type");
  if ((query.get("response_mode") || "query") !== "query") {
    return new Refusal("unsupported_response_mode");
  }
  if ((query.get("scope") || "read") !== "read") return new Refusal("invalid_scope");

  const challenge = pkce ? readChallenge(query) : null;
  if (challenge instanceof Refusal) return challenge;

  return { client, redirectUri, state: query.get("state") ?? "", challenge };
}

/** code_response.rb. */
export function codeCallback({ redirectUri, state }: AuthorizationRequest, code: string): Callback {
  return {
    redirectUri,
    parameters: [
      ["code", code],
      ["state", state],
    ],
  };
}

/** error_response.rb; authorizations_controller.rb, `destroy`. */
export function errorCallback(
  { redirectUri, state }: AuthorizationRequest,
  error: ErrorName,
): Callback {
  const { description } = new Refusal(error);
  return {
    redirectUri,
    parameters: [
      ["error", error],
      ["error_description", description],
      ["state", state],
    ],
  };
}

/** `validate_code_challenge_method`: a challenge needs its method. */
function readChallenge(query: URLSearchParams): Challenge | null | Refusal {
  const value = query.get("code_challenge");
  if (!value) return null;
  const method = query.get("code_challenge_method");
  if (method === "plain" || method === "S256") return { method, value };
  return new Refusal("invalid_code_challenge_method");
}
