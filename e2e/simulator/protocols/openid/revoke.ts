import { type Answer, empty } from "../../answer";
import type { PortalRequest } from "../../request";
import { authenticateClient } from "./client-authentication";
import { missing, Refusal, refusalAnswer } from "./errors";
import { readParameters } from "./parameters";
import type { AuthorizationServer } from "./server";

/**
 * RFC 7009 section 2: either token revokes both. Section 2.2: 200 for an unknown token, "since the client cannot
 * handle such an error in a reasonable way".
 */
export function revokeToken(request: PortalRequest, server: AuthorizationServer): Answer {
  const refused = revoke(request, server);
  return refused ? refusalAnswer(refused) : empty(200);
}

function revoke(request: PortalRequest, { store, findClient }: AuthorizationServer) {
  if (!isForm(request)) return new Refusal("invalid_request", "The token has to come in a form");
  const parameters = readParameters(request);
  if (parameters instanceof Refusal) return parameters;
  const client = authenticateClient(request.headers, parameters, findClient);
  if (!client) return new Refusal("invalid_client", "Client authentication failed");
  if (client.protocol !== "openid") {
    return new Refusal("unauthorized_client", "This key is not an OpenID Connect key");
  }
  const value = parameters.get("token");
  if (!value) return missing("token");

  const token = store.accessTokens.get(value) ?? store.refreshTokens.get(value);
  if (!token) return null;
  if (token.family.client.id !== client.id) {
    return new Refusal("invalid_grant", "The token was issued to another client");
  }
  store.endFamily(token.family);
  return null;
}

function isForm({ headers }: PortalRequest) {
  return headers["content-type"]?.split(";")[0]?.trim() === "application/x-www-form-urlencoded";
}
