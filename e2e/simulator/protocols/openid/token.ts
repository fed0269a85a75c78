import { type Answer, json } from "../../answer";
import type { PortalRequest } from "../../request";
import { authenticateClient } from "./client-authentication";
import { missing, Refusal, refusalAnswer } from "./errors";
import { ID_TOKEN_TTL_SECONDS, signIdToken } from "./id-token";
import { readParameters } from "./parameters";
import type { OpenIdProvider } from "./server";
import type { Client, Redeemed } from "./store";

/** OpenID Connect Core sections 3.1.3 and 12. The request may be JSON or a form. */
export function answerTokenRequest(request: PortalRequest, provider: OpenIdProvider): Answer {
  const redeemed = redeem(request, provider);
  if (redeemed instanceof Refusal) return refusalAnswer(redeemed);
  const { family } = redeemed;
  const expiresIn = provider.lifetimeOf(family.subject);
  const { accessToken, refreshToken } = provider.store.issueTokens(family, expiresIn);
  const answer = json(200, {
    access_token: accessToken,
    expires_in: expiresIn,
    refresh_token: refreshToken,
    token_type: "Bearer",
    id_token: idToken(request, redeemed, provider),
  });
  return { ...answer, headers: { ...answer.headers, "Cache-Control": "no-store" } };
}

function redeem(request: PortalRequest, provider: OpenIdProvider): Redeemed | Refusal {
  const parameters = readParameters(request);
  if (parameters instanceof Refusal) return parameters;
  const client = authenticateClient(request.headers, parameters, provider.findClient);
  if (!client) return new Refusal("invalid_client", "Client authentication failed");
  if (client.protocol !== "openid") {
    return new Refusal("unauthorized_client", "This key is not an OpenID Connect key");
  }
  const grantType = parameters.get("grant_type");
  if (!grantType) return missing("grant_type");
  if (grantType === "authorization_code") return redeemCode(client, parameters, provider);
  if (grantType === "refresh_token") return redeemRefreshToken(client, parameters, provider);
  return new Refusal("unsupported_grant_type", `There is no grant_type ${grantType}`);
}

/** Section 3.1.3.2. */
function redeemCode(
  client: Client,
  parameters: ReadonlyMap<string, string>,
  { store }: OpenIdProvider,
): Redeemed | Refusal {
  const code = parameters.get("code");
  if (!code) return missing("code");
  const redirectUri = parameters.get("redirect_uri");
  if (!redirectUri) return missing("redirect_uri");
  const refused = new Refusal("invalid_grant", "The authorization code is invalid or expired");
  return store.redeemCode(client, code, redirectUri) ?? refused;
}

/** Section 12.1. */
function redeemRefreshToken(
  client: Client,
  parameters: ReadonlyMap<string, string>,
  { store, refreshGraceSeconds }: OpenIdProvider,
): Redeemed | Refusal {
  const token = parameters.get("refresh_token");
  if (!token) return missing("refresh_token");
  const refused = new Refusal("invalid_grant", "The refresh token is invalid or has been used");
  return store.redeemRefreshToken(client, token, refreshGraceSeconds()) ?? refused;
}

/** Section 2. After a refresh, "it SHOULD NOT have a nonce Claim" (section 12.2). */
function idToken(
  request: PortalRequest,
  { family: { client, subject }, nonce }: Redeemed,
  { issuerAt, key, claimsOf, now }: OpenIdProvider,
) {
  const iat = Math.floor(now() / 1000);
  const claims = {
    iss: issuerAt(request),
    aud: client.id,
    iat,
    exp: iat + ID_TOKEN_TTL_SECONDS,
    ...(nonce !== null && { nonce }),
    ...claimsOf(subject),
  };
  return signIdToken(claims, key());
}
