import "server-only";
import { hkdfSync } from "node:crypto";
import { EncryptJWT, errors, jwtDecrypt } from "jose";
import type { z } from "zod";
import { settings } from "@/lib/env";

/** What a sealed text is for; each has a key of its own, so that one never opens as another. */
export type Purpose = "flow" | "outcome" | "question" | "logout";

/** Encrypts a small record that leaves our hands: JWE `dir` A256GCM under a key derived from `AUTH_SECRET`. */
export async function seal(purpose: Purpose, payload: Record<string, unknown>, expiresAt: Date) {
  return new EncryptJWT({ payload })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setExpirationTime(expiresAt)
    .encrypt(keyFor(purpose));
}

/** Opens what `seal` made; null when it is absent, changed, expired, for another purpose or of another shape. */
export async function unseal<T>(
  purpose: Purpose,
  sealed: string,
  schema: z.ZodType<T>,
  now = new Date(),
) {
  try {
    const { payload } = await jwtDecrypt(sealed, keyFor(purpose), {
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

function keyFor(purpose: Purpose) {
  return new Uint8Array(hkdfSync("sha256", settings().authSecret, "", `portico/${purpose}`, 32));
}
