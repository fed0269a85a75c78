import { readFileSync } from "node:fs";
import { CompactEncrypt, type CryptoKey, importJWK, importSPKI, type JWK } from "jose";
import { CommandError } from "./command";

/** Sealing for a public key of others: JWE compact serialization, RFC 7516, with A256GCM. */

const PRIVATE = ["d", "k", "p", "q"];

/**
 * Reads a public key: a JWK (RFC 7517), or PEM. RSA of 2048 bits or more seals with RSA-OAEP-256, a curve with ECDH-ES+A256KW.
 * @throws {CommandError} for what is none, and for a private key, which is not to be handed around
 */
export async function sealFor(file: string): Promise<(text: string) => Promise<string>> {
  const text = readFile(file);
  const { key, alg } = text.includes("-----BEGIN ")
    ? await fromPem(text, file)
    : await fromJwk(text, file);
  const seal = (plain: string) =>
    new CompactEncrypt(new TextEncoder().encode(plain))
      .setProtectedHeader({ alg, enc: "A256GCM", cty: "json" })
      .encrypt(key);
  await seal("{}").catch(() => {
    throw noKey(file);
  });
  return seal;
}

type Recipient = { key: CryptoKey | Uint8Array; alg: string };

async function fromPem(text: string, file: string): Promise<Recipient> {
  if (text.includes("PRIVATE KEY")) throw isPrivate(file);
  for (const alg of ["RSA-OAEP-256", "ECDH-ES+A256KW"]) {
    const key = await importSPKI(text, alg).catch(() => null);
    if (key) return { key, alg };
  }
  throw noKey(file);
}

async function fromJwk(text: string, file: string): Promise<Recipient> {
  const jwk = parsed(text);
  if (!jwk) throw noKey(file);
  if (PRIVATE.some((name) => name in jwk)) throw isPrivate(file);
  const alg = jwk.kty === "RSA" ? "RSA-OAEP-256" : "ECDH-ES+A256KW";
  const key = await importJWK(jwk, alg).catch(() => null);
  if (!key) throw noKey(file);
  return { key, alg };
}

function parsed(text: string): JWK | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function readFile(file: string) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new CommandError(`${file} cannot be read.`);
  }
}

function noKey(file: string) {
  return new CommandError(
    `${file} has no public key that can be used: a JWK or PEM, RSA of 2048 bits or more, P-256, P-384, P-521 or X25519.`,
  );
}

function isPrivate(file: string) {
  return new CommandError(
    `${file} has a private key. Only its owner may have that: take the public one.`,
  );
}
