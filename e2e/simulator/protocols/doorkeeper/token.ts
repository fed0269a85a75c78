import { createHash } from "node:crypto";
import { type Answer, json } from "../../answer";
import { type PortalRequest, repeatsName } from "../../request";
import { authenticateClient } from "./client-credentials";
import { missing, Refusal } from "./errors";
import type { AccessToken, Client, Grant, Store } from "./store";

export type TokenServer = {
  store: Store;
  findClient: (id: string) => Client | null;
  /** Whether its tables were migrated for PKCE. If not, 5.2 and later ignore challenge and verifier. */
  pkce: boolean;
};

/**
 * Checks the token request in the order of Doorkeeper 5.8, request.rb and authorization_code_request.rb:
 * parameters, client, grant, redirect address, verifier.
 */
export function exchangeCode(
  request: PortalRequest,
  { store, findClient, pkce }: TokenServer,
): AccessToken | Refusal {
  const parameters = readParameters(request);
  if (parameters instanceof Refusal) return parameters;

  const grantType = parameters.get("grant_type");
  if (!grantType) return missing("grant_type");
  if (grantType !== "authorization_code") return new Refusal("unsupported_grant_type");
  const code = parameters.get("code");
  if (!code) return missing("code");
  const grant = store.grants.get(code);
  const verifier = parameters.get("code_verifier") ?? null;
  if (grant?.request.challenge && !verifier) return missing("code_verifier");
  const redirectUri = parameters.get("redirect_uri");
  if (!redirectUri) return missing("redirect_uri");

  const client = authenticateClient(request.headers, parameters, findClient);
  if (!client) return new Refusal("invalid_client");

  if (!grant || grant.request.client.id !== client.id) return new Refusal("invalid_grant");
  if (grant.token) return refuseReuse(grant.token);
  if (store.isExpired(grant)) return new Refusal("invalid_grant");
  if (redirectUri !== grant.request.redirectUri) return new Refusal("invalid_grant");
  if (pkce && !provesChallenge(verifier, grant)) return new Refusal("invalid_grant");
  return store.spend(grant);
}

/** token_response.rb drops blank values: there is no `expires_in` and no `refresh_token`. */
export function tokenAnswer({ value, createdAt }: AccessToken): Answer {
  const answer = json(200, {
    access_token: value,
    token_type: "Bearer",
    scope: "read",
    created_at: Math.floor(createdAt / 1000),
  });
  const unstored = { "Cache-Control": "no-store, no-cache", Pragma: "no-cache" };
  return { ...answer, headers: { ...answer.headers, ...unstored } };
}

/**
 * The text parameters without blank ones (RFC 6749 section 3.2). Stricter than Doorkeeper: refused are repeated
 * parameters, other types, and secrets in the address (section 2.3.1: "MUST NOT be included in the request URI").
 */
export function readParameters({ query, fields }: PortalRequest) {
  const inAddress = ["client_secret", "code", "code_verifier", "token", "access_token"];
  if (inAddress.some((name) => query.has(name))) return new Refusal("invalid_request");
  if (!fields || repeatsName(fields)) return new Refusal("invalid_request");

  const parameters = new Map<string, string>();
  for (const [name, value] of fields) {
    if (typeof value !== "string") return new Refusal("invalid_request");
    if (value) parameters.set(name, value);
  }
  return parameters;
}

/** As Doorkeeper 6.0 and RFC 6749 section 4.1.2: a code that comes twice may be stolen, so its token is revoked. */
function refuseReuse(token: AccessToken) {
  token.revoked = true;
  return new Refusal("invalid_grant");
}

/** RFC 7636 section 4.6. A verifier without a challenge is refused too. */
function provesChallenge(verifier: string | null, { request: { challenge } }: Grant) {
  if (!challenge || !verifier) return !challenge && !verifier;
  if (challenge.method === "plain") return challenge.value === verifier;
  return challenge.value === createHash("sha256").update(verifier).digest("base64url");
}
