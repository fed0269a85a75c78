import { missing, Refusal } from "./errors";
import type { Client } from "./store";

/**
 * Spark's "Single Logout": like OpenID Connect RP-Initiated Logout 1.0 section 2, but the address to return to
 * "must match the redirect_uri for the client_id". `null` if the request names no address.
 */
export function readLogoutTarget(
  query: URLSearchParams,
  findClient: (id: string) => Client | null,
): URL | null | Refusal {
  const target = query.get("post_logout_redirect_uri");
  if (!target) return null;
  const clientId = query.get("client_id");
  if (!clientId) return missing("client_id");
  if (!findClient(clientId)?.redirectUris.includes(target)) {
    return new Refusal("invalid_request", "Parameter post_logout_redirect_uri does not match");
  }
  const url = new URL(target);
  const state = query.get("state");
  if (state) url.searchParams.set("state", state);
  return url;
}
