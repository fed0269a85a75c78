import { type Answer, json } from "../../answer";
import type { PortalRequest } from "../../request";
import { authenticateClient } from "./client-credentials";
import { Refusal, refusalAnswer, revocationForbidden } from "./errors";
import { readParameters, type TokenServer } from "./token";

/** RFC 7009 as Doorkeeper 5.8 does it, tokens_controller.rb, `revoke`: an unknown token is no error. */
export function revokeToken(request: PortalRequest, { store, findClient }: TokenServer): Answer {
  const parameters = readParameters(request);
  if (parameters instanceof Refusal) return refusalAnswer(parameters);
  const client = authenticateClient(request.headers, parameters, findClient);
  if (!client) return revocationForbidden();

  const token = store.tokens.get(parameters.get("token") ?? "");
  if (token && token.client.id !== client.id) return revocationForbidden();
  if (token) token.revoked = true;
  return json(200, {});
}
