import type { Answer } from "../../answer";
import type { PortalRequest } from "../../request";
import { invalidTokenAnswer } from "./errors";
import type { AccessToken, Store } from "./store";

/**
 * The token of an API call, or the refusal. In the header and nowhere else: `access_token_methods` is set to
 * `:from_bearer_authorization`, and a token in the address spoils the call whatever the header says.
 */
export function bearerToken({ headers, query }: PortalRequest, store: Store): AccessToken | Answer {
  if (query.has("access_token") || query.has("bearer_token")) return invalidTokenAnswer("unknown");
  const value = /^Bearer ([\w.~+/=-]+)$/i.exec(headers.authorization ?? "")?.[1];
  const token = value === undefined ? undefined : store.tokens.get(value);
  if (!token) return invalidTokenAnswer("unknown");
  return token.revoked ? invalidTokenAnswer("revoked") : token;
}
