import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

/** RFC 7517: the key that signs ID tokens, and its public form. */

export type SigningKey = { kid: string; privateKey: KeyObject };

const made = new Map<string, SigningKey>();

/** Made once and kept over resets: an app may keep a key set longer than one test. */
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
