import { createHash } from "node:crypto";
import {
  errors,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from "jose";
import { z } from "zod";
import { OAuthError } from "../errors";
import { authorizedPartyFault } from "./authorized-party";
import type { Issuer } from "./issuer";

/** How far the portal's clock may be from ours. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** JWS Compact Serialization, RFC 7515 section 3.1. The library overlooks blanks and padding, which section 2 rules out. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** OpenID Connect Core 1.0 section 2; what else an ID token says is kept as it is. */
const Claims = z.looseObject({
  sub: z.string().min(1).max(255),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  iat: z.number(),
  auth_time: z.number().optional(),
  azp: z.string().optional(),
  nonce: z.string(),
  at_hash: z.string().optional(),
});
export type IdTokenClaims = z.infer<typeof Claims>;

/** What an ID token may be signed with, RFC 7518 section 3.1: public keys only. */
export type IdTokenAlgorithm = `${"RS" | "PS" | "ES"}${"256" | "384" | "512"}`;

export type ExpectedClaims = {
  /** To the letter. */
  issuer: string;
  clientId: string;
  /** What the authorization request said. */
  nonce: string;
  /** Those that the issuer documents; what a header says does not count. */
  algorithms: readonly IdTokenAlgorithm[];
  /** What came in the same token response. */
  accessToken: string;
  now: Date;
};

/**
 * OpenID Connect Core 1.0 section 3.1.3.7, all of it: the signature too, although TLS would stand in for it.
 * A signature that does not fit is tried once more with the issuer's keys of this moment.
 * @throws {OAuthError} `unverified`, or what went wrong on the way to the keys
 */
export async function verifyIdToken(
  idToken: string,
  issuer: Issuer,
  expected: ExpectedClaims,
): Promise<IdTokenClaims> {
  if (!COMPACT.test(idToken)) throw unverified("it is no compact JWS");
  const { payload, protectedHeader } = await verified(idToken, issuer, expected);
  const parsed = Claims.safeParse(payload);
  if (!parsed.success) {
    const claims = parsed.error.issues.map(({ path }) => path.join(".")).join(", ");
    throw unverified(`its claims are not those of Core section 2: ${claims}`);
  }
  const claims = parsed.data;
  const fault = authorizedPartyFault(claims, expected.clientId);
  if (fault) throw unverified(fault);
  if (claims.nonce !== expected.nonce) throw unverified("nonce is another flow's");
  if (claims.iat > expected.now.getTime() / 1000 + CLOCK_TOLERANCE_SECONDS) {
    throw unverified("iat is in the future");
  }
  if (
    claims.at_hash !== undefined &&
    claims.at_hash !== accessTokenHash(expected.accessToken, protectedHeader.alg)
  ) {
    throw unverified("at_hash is another access token's");
  }
  return claims;
}

async function verified(idToken: string, issuer: Issuer, expected: ExpectedClaims) {
  try {
    return await verifyWith(await issuer.keys(), idToken, expected);
  } catch (error) {
    if (!isAboutKeys(error)) throw asUnverified(error);
  }
  try {
    return await verifyWith(await issuer.renewedKeys(), idToken, expected);
  } catch (error) {
    throw asUnverified(error);
  }
}

async function verifyWith(
  keys: JWTVerifyGetKey,
  idToken: string,
  { issuer, clientId, algorithms, now }: ExpectedClaims,
): Promise<JWTVerifyResult> {
  const options = {
    algorithms: [...algorithms],
    issuer,
    audience: clientId,
    requiredClaims: ["iss", "sub", "aud", "exp", "iat", "nonce"],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: now,
  };
  try {
    return await jwtVerify(idToken, keys, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    return verifyWithAny(error, idToken, options);
  }
}

/** For a moment of its rotation a key and its successor may both be published under one name. */
async function verifyWithAny(
  keys: AsyncIterable<CryptoKey>,
  idToken: string,
  options: JWTVerifyOptions,
) {
  for await (const key of keys) {
    try {
      return await jwtVerify(idToken, key, options);
    } catch (error) {
      if (!isAboutKeys(error)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

/** Whether another key might do: there is none of that name, it does not fit, or it cannot be used at all. */
function isAboutKeys(error: unknown) {
  return (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    isUnusableKey(error)
  );
}

/** For a key that is broken or too small the library has no error of its own, only what importing or using it throws. */
function isUnusableKey(error: unknown) {
  return !(error instanceof errors.JOSEError || error instanceof OAuthError);
}

/** Section 3.1.3.6: by the hash of the algorithm that signed the ID token. */
function accessTokenHash(accessToken: string, algorithm: string) {
  const digest = createHash(`sha${algorithm.slice(2)}`)
    .update(accessToken, "ascii")
    .digest();
  return digest.subarray(0, digest.length / 2).toString("base64url");
}

/** The library's errors name the claim or the check, never a value. */
function asUnverified(error: unknown) {
  if (error instanceof errors.JOSEError) return unverified(error.code, error);
  return isUnusableKey(error) ? unverified("its key cannot be used", error) : error;
}

function unverified(why: string, cause?: unknown) {
  return new OAuthError("unverified", `The ID token does not verify: ${why}`, {}, cause);
}
