import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

/** RFC 7517: the key an ID token is signed with, and how everybody else gets to know it. */

export type SigningKey = { kid: string; privateKey: KeyObject };

const made = new Map<string, SigningKey>();

/** Made once for all portals and resets: an app may keep a key set longer than a test lasts. */
export function signingKey(name: string, kid: string): SigningKey {
  const known = made.get(name);
  if (known) return known;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { kid, privateKey };
  made.set(name, key);
  return key;
}

/** One RSA key, without `alg`. */
export function keySet({ kid, privateKey }: SigningKey) {
  const { n, e } = createPublicKey(privateKey).export({ format: "jwk" });
  return { keys: [{ kty: "RSA", use: "sig", kid, n, e }] };
}
