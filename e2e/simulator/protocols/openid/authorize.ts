import type { Callback, Parameter } from "../../answer";
import { repeatsName } from "../../request";
import { missing, Refusal } from "./errors";
import type { Client } from "./store";

/** OpenID Connect Core section 3.1.2.1, only for the code flow. */
export type AuthenticationRequest = {
  client: Client;
  redirectUri: string;
  state: string;
  nonce: string | null;
};

/**
 * A Refusal is shown on a page; a Callback takes the error back to the app (section 3.1.2.6). Unknown parameters
 * are ignored, a code challenge too.
 */
export function readAuthenticationRequest(
  query: URLSearchParams,
  findClient: (id: string) => Client | null,
): AuthenticationRequest | Callback | Refusal {
  if (repeatsName(query)) {
    return new Refusal("invalid_request", "A parameter was sent more than once");
  }
  const clientId = query.get("client_id");
  if (!clientId) return missing("client_id");
  const client = findClient(clientId);
  if (!client) return new Refusal("invalid_client", "There is no such client");
  if (client.protocol !== "openid") {
    return new Refusal("unauthorized_client", "This key is not an OpenID Connect key");
  }
  const redirectUri = query.get("redirect_uri");
  if (!redirectUri) return missing("redirect_uri");
  if (!client.redirectUris.includes(redirectUri)) {
    return new Refusal("invalid_request", "Parameter redirect_uri does not match registered URI");
  }
  const authenticationRequest = {
    client,
    redirectUri,
    state: query.get("state") ?? "",
    nonce: query.get("nonce"),
  };
  const wrong = findMistake(query);
  return wrong ? errorCallback(authenticationRequest, wrong) : authenticationRequest;
}

/** Section 3.1.2.5. "OpenID responds with many more parameters"; the documentation does not say which. */
export function codeCallback(
  { redirectUri, state }: AuthenticationRequest,
  code: string,
  issuer: readonly Parameter[],
): Callback {
  return {
    redirectUri,
    parameters: [
      ["state", state],
      ["code", code],
      ["scope", "openid"],
      ["session_state", "not-used"],
      ["openid.mode", "id_res"],
      ...issuer,
    ],
  };
}

/** RFC 6749 section 4.1.2.1. */
export function errorCallback(
  { redirectUri, state }: Pick<AuthenticationRequest, "redirectUri" | "state">,
  { error, description }: Refusal,
): Callback {
  return {
    redirectUri,
    parameters: [
      ["error", error],
      ["error_description", description],
      ["state", state],
    ],
  };
}

function findMistake(query: URLSearchParams) {
  const responseType = query.get("response_type");
  if (!responseType) return missing("response_type");
  if (responseType !== "code") {
    return new Refusal("unsupported_response_type", "This key is allowed response_type code alone");
  }
  const scopes = (query.get("scope") ?? "").split(" ");
  if (!scopes.includes("openid")) {
    return new Refusal("invalid_scope", "Parameter scope does not contain openid");
  }
  return null;
}
