import "server-only";
import { hkdfSync } from "node:crypto";
import { EncryptJWT, errors, jwtDecrypt } from "jose";
import type { z } from "zod";
import { settings } from "@/lib/env";
import { aesKey } from "./aes-key";

/** What a sealed text is for; each has a key of its own, so that one never opens as another. */
export type Purpose = "flow" | "outcome" | "question" | "logout" | "last-user" | "refused" | "code";

/**
 * Encrypts a small record that leaves our hands: JWE `dir` A256GCM under a key derived from `AUTH_SECRET`.
 * @param secret a part of the key that is not ours: without it `AUTH_SECRET` does not open the record
 */
export async function seal(
  purpose: Purpose,
  payload: Record<string, unknown>,
  expiresAt: Date,
  secret = "",
) {
  return new EncryptJWT({ payload })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setExpirationTime(expiresAt)
    .encrypt(await keyFor(purpose, secret));
}

/** Opens what `seal` made; null when it is absent, changed, expired, for another purpose, secret or of another shape. */
export async function unseal<T>(
  purpose: Purpose,
  sealed: string,
  schema: z.ZodType<T>,
  { now = new Date(), secret = "" } = {},
) {
  try {
    const { payload } = await jwtDecrypt(sealed, await keyFor(purpose, secret), {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
      currentDate: now,
    });
    return schema.safeParse(payload.payload).data ?? null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** Those without another's secret: few, and always the same. */
const ourKeys = new Map<Purpose, Uint8Array<ArrayBuffer>>();

function keyFor(purpose: Purpose, secret: string): Promise<CryptoKey> {
  if (secret) return aesKey(derivedKey(purpose, secret));
  const known = ourKeys.get(purpose) ?? derivedKey(purpose, "");
  ourKeys.set(purpose, known);
  return aesKey(known);
}

function derivedKey(purpose: Purpose, secret: string): Uint8Array<ArrayBuffer> {
  const { authSecret } = settings();
  return new Uint8Array(hkdfSync("sha256", authSecret, secret, `portico/${purpose}`, 32));
}
