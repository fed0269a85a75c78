import { createPublicKey } from "node:crypto";
import type { JSONWebKeySet, JWK } from "jose";
import { z } from "zod";
import { OAuthError } from "../errors";

const Key = z.looseObject({ kty: z.string() });

/** RFC 7517 section 5. */
const KeySet = z.object({
  keys: z
    .array(z.unknown())
    .transform((keys) => keys.flatMap((key) => Key.safeParse(key).data ?? []))
    .refine((keys) => keys.length > 0),
});

/** RFC 7518 section 3.3. */
const LEAST_RSA_BITS = 2048;

/**
 * Reads a key set. A key that cannot verify anything is no reason to refuse the others: one of another kind, a broken one, one
 * that is too small, and one whose private part has been published, which anybody could sign with.
 * @throws {OAuthError} `unexpected` when it is no key set
 */
export function readKeySet(body: unknown): JSONWebKeySet {
  const parsed = KeySet.safeParse(body);
  if (!parsed.success) throw new OAuthError("unexpected", "Not the key set of RFC 7517");
  return { keys: (parsed.data.keys as JWK[]).filter(canVerify) };
}

function canVerify(key: JWK) {
  if (key.kty === "oct" || "d" in key) return false;
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: "jwk" });
    return (asymmetricKeyDetails?.modulusLength ?? LEAST_RSA_BITS) >= LEAST_RSA_BITS;
  } catch {
    return false;
  }
}
