import type { Answer } from "../../answer";
import type { PortalRequest } from "../../request";
import { invalidTokenAnswer } from "./errors";
import type { AccessToken, Store } from "./store";

/**
 * The token of an API call, or the refusal. Only the header counts (`access_token_methods` is
 * `:from_bearer_authorization`), and a call with a token in the address is refused.
 */
export function bearerToken({ headers, query }: PortalRequest, store: Store): AccessToken | Answer {
  if (query.has("access_token") || query.has("bearer_token")) return invalidTokenAnswer("unknown");
  const value = /^Bearer ([\w.~+/=-]+)$/i.exec(headers.authorization ?? "")?.[1];
  const token = value === undefined ? undefined : store.tokens.get(value);
  if (!token) return invalidTokenAnswer("unknown");
  return token.revoked ? invalidTokenAnswer("revoked") : token;
}
