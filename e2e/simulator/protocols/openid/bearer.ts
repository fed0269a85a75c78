import type { Answer } from "../../answer";
import type { PortalRequest } from "../../request";
import { invalidTokenAnswer } from "./errors";
import type { AccessToken, Store } from "./store";

/** RFC 6750 section 2.1, for the UserInfo endpoint: an OpenID token, and only in the header. */
export function bearerToken({ headers, query }: PortalRequest, store: Store): AccessToken | Answer {
  if (query.has("access_token")) return invalidTokenAnswer();
  const value = /^Bearer ([\w.~+/=-]+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
  const token = store.accessTokens.get(value);
  if (!token || token.family.revoked || store.isExpired(token)) return invalidTokenAnswer();
  return token.family.client.protocol === "openid" ? token : invalidTokenAnswer();
}
