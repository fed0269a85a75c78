import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compactDecrypt,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  type JWK,
} from "jose";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sealFor } from "./recipient";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "portico-recipient-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string) {
  const file = join(folder, "key");
  writeFileSync(file, text);
  return file;
}

const extractable = { extractable: true };

test.each([
  ["RSA-OAEP-256", {}],
  ["ECDH-ES+A256KW", { crv: "P-256" }],
  ["ECDH-ES+A256KW", { crv: "P-521" }],
  ["ECDH-ES+A256KW", { crv: "X25519" }],
])("what is sealed with %s opens with the private key alone: %o", async (alg, options) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { ...extractable, ...options });
  const files = [await exportSPKI(publicKey), JSON.stringify(await exportJWK(publicKey))];
  for (const text of files) {
    const sealed = await (await sealFor(written(text)))('{"access_token":"secret"}');
    expect(sealed).not.toContain("secret");
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey);
    expect(new TextDecoder().decode(plaintext)).toBe('{"access_token":"secret"}');
    expect(protectedHeader).toMatchObject({ alg, enc: "A256GCM" });
  }
});

test("a private key is not taken, nor what is no key", async () => {
  const { privateKey } = await generateKeyPair("RSA-OAEP-256", extractable);
  for (const text of [await exportPKCS8(privateKey), JSON.stringify(await exportJWK(privateKey))]) {
    await expect(sealFor(written(text))).rejects.toThrow(/private key/);
  }
  const symmetric: JWK = { kty: "oct", k: "c2VjcmV0" };
  await expect(sealFor(written(JSON.stringify(symmetric)))).rejects.toThrow(/private key/);
  for (const text of [
    "",
    "{}",
    "[]",
    "null",
    "-----BEGIN PUBLIC KEY-----\nx\n",
    '{"kty":"RSA","n":"AQ","e":"AQAB"}',
  ]) {
    await expect(sealFor(written(text))).rejects.toThrow(/no public key/);
  }
  await expect(sealFor(join(folder, "absent"))).rejects.toThrow(/cannot be read/);
});
