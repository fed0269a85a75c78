import "server-only";
import { createHash } from "node:crypto";

/** The name under which a secret may be kept and compared: SHA-256 in base64url, 43 characters. */
export function sha256(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
