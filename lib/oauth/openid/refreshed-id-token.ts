import { decodeJwt, errors } from "jose";
import { OAuthError } from "../errors";

/**
 * OpenID Connect Core 1.0 section 12.2: an ID token that comes with refreshed tokens says the same `iss`, `sub` and `aud`
 * as the first. It came straight from the token endpoint and decides nothing but that.
 * @throws {OAuthError} `unverified` when the tokens are somebody else's
 */
export function checkRefreshedIdToken(
  idToken: string,
  expected: { issuer: string; clientId: string; sub: string },
): void {
  const { iss, sub, aud } = payloadOf(idToken);
  const same =
    iss === expected.issuer && sub === expected.sub && [aud].flat().includes(expected.clientId);
  if (!same) throw new OAuthError("unverified", "The refreshed ID token is about somebody else");
}

function payloadOf(idToken: string) {
  try {
    return decodeJwt(idToken);
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw new OAuthError("unverified", "The refreshed ID token cannot be read", {}, error);
  }
}
