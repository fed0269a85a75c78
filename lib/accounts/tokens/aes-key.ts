import "server-only";

const keys = new WeakMap<Uint8Array, Promise<CryptoKey>>();

/** A key of 256 bits as Web Crypto wants it, made once: given bytes, `jose` makes it anew each time. */
export function aesKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const known =
    keys.get(bytes) ??
    crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  keys.set(bytes, known);
  return known;
}
