import { decodeJwt, errors } from "jose";
import { OAuthError } from "../errors";
import { authorizedPartyFault } from "./authorized-party";

/**
 * OpenID Connect Core 1.0 section 12.2: an ID token that comes with refreshed tokens says the same `iss`, `sub` and `aud`
 * as the first, and was issued to us. It came straight from the token endpoint and decides nothing but that. One that cannot
 * be read, or was not asked for, shows no other member: it costs no tokens.
 * @throws {OAuthError} `unverified` when the tokens are not the member's, or not ours to use
 */
export function checkRefreshedIdToken(
  idToken: string,
  expected: { issuer: string; clientId: string; sub: string },
): void {
  const claims = payloadOf(idToken);
  if (!claims) return;
  const same =
    claims.iss === expected.issuer &&
    claims.sub === expected.sub &&
    [claims.aud].flat().includes(expected.clientId);
  if (!same) throw unverified("it is about another member, or for another client");
  const fault = authorizedPartyFault(claims, expected.clientId);
  if (fault) throw unverified(fault);
}

function payloadOf(idToken: string) {
  try {
    return decodeJwt(idToken);
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

function unverified(why: string) {
  return new OAuthError("unverified", `The refreshed ID token does not verify: ${why}`);
}
