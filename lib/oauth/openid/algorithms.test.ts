import { createHash, generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import type { IdTokenAlgorithm } from "./id-token";
import { compact, es, ours, provider, ps, rs, type Verdict, verdictOn } from "./testing";

/** Issuers that sign with another algorithm than RS256, and say so in their portal's file. */

const curves = { 256: "P-256", 384: "P-384", 512: "P-521" } as const;

const elliptic = (bits: 256 | 384 | 512) => ({
  kid: `ec-${bits}`,
  ...generateKeyPairSync("ec", { namedCurve: curves[bits] }),
});
const ellipticKeys = { 256: elliptic(256), 384: elliptic(384), 512: elliptic(512) };

type Bits = keyof typeof curves;

/** A provider that declares this algorithm, and publishes a key of each kind. */
async function providerWith(algorithms: readonly IdTokenAlgorithm[]) {
  const issuer = await provider();
  issuer.algorithms = algorithms;
  for (const { kid, publicKey } of Object.values(ellipticKeys)) {
    issuer.keys.push({ ...publicKey.export({ format: "jwk" }), kid, use: "sig" });
  }
  return issuer;
}

/** An ID token signed as its header says. */
function signedWith(algorithm: IdTokenAlgorithm) {
  const bits = Number(algorithm.slice(2)) as Bits;
  const isElliptic = algorithm.startsWith("ES");
  const key = isElliptic ? ellipticKeys[bits] : ours;
  const signature = { RS: () => rs(bits, ours), PS: () => ps(bits, ours), ES: () => es(bits, key) };
  const sign = signature[algorithm.slice(0, 2) as keyof typeof signature]();
  return (header: Record<string, unknown>, claims: Record<string, unknown>) =>
    compact({ ...header, alg: algorithm, kid: key.kid }, claims, sign);
}

test.each<[declared: IdTokenAlgorithm, signed: IdTokenAlgorithm, Verdict]>([
  ["ES256", "ES256", "accepted"],
  ["ES256", "RS256", "unverified"],
  ["ES256", "PS256", "unverified"],
  ["ES256", "ES384", "unverified"],
  ["PS256", "PS256", "accepted"],
  ["PS256", "RS256", "unverified"],
  ["PS256", "PS512", "unverified"],
  ["ES384", "ES384", "accepted"],
  ["ES512", "ES512", "accepted"],
  ["PS384", "PS384", "accepted"],
  ["PS512", "PS512", "accepted"],
  ["RS384", "RS384", "accepted"],
  ["RS512", "RS512", "accepted"],
  ["RS512", "RS256", "unverified"],
])(
  "of an issuer that declares %s, an ID token signed with %s (Core 3.1.3.7 step 7): %s",
  async (declared, signed, verdict) => {
    const issuer = await providerWith([declared]);
    issuer.idToken = signedWith(signed);
    expect(await verdictOn(issuer)).toBe(verdict);
  },
);

test("of an issuer that declares two algorithms, either is accepted and no third", async () => {
  const issuer = await providerWith(["RS256", "ES256"]);
  const verdicts: Verdict[] = [];
  for (const algorithm of ["RS256", "ES256", "PS256"] as const) {
    issuer.idToken = signedWith(algorithm);
    verdicts.push(await verdictOn(issuer));
  }
  expect(verdicts).toEqual(["accepted", "accepted", "unverified"]);
});

test("a signature of one curve under the name of another is refused (RFC 7518 section 3.4)", async () => {
  const issuer = await providerWith(["ES256"]);
  const sign = es(256, ellipticKeys[384]);
  issuer.idToken = (header, claims) =>
    compact({ ...header, alg: "ES256", kid: ellipticKeys[384].kid }, claims, sign);
  expect(await verdictOn(issuer)).toBe("unverified");
});

test("an ES256 signature by another key than the one that it names is refused (Core 3.1.3.7 step 6)", async () => {
  const issuer = await providerWith(["ES256"]);
  const sign = es(256, generateKeyPairSync("ec", { namedCurve: curves[256] }));
  issuer.idToken = (header, claims) =>
    compact({ ...header, alg: "ES256", kid: ellipticKeys[256].kid }, claims, sign);
  expect(await verdictOn(issuer)).toBe("unverified");
});

const atHash = (hash: string, bytes: number) =>
  createHash(hash).update("access-token").digest().subarray(0, bytes).toString("base64url");

test.each<[algorithm: IdTokenAlgorithm, hash: string, bytes: number, Verdict]>([
  ["ES256", "sha256", 16, "accepted"],
  ["PS256", "sha256", 16, "accepted"],
  ["ES384", "sha384", 24, "accepted"],
  ["ES384", "sha256", 16, "unverified"],
  ["ES384", "sha384", 16, "unverified"],
  ["ES512", "sha512", 32, "accepted"],
  ["ES512", "sha256", 16, "unverified"],
])(
  "beside %s, an at_hash of %s, %i bytes of it (Core 3.1.3.6): %s",
  async (algorithm, hash, bytes, verdict) => {
    const issuer = await providerWith([algorithm]);
    issuer.idToken = signedWith(algorithm);
    issuer.claims = { at_hash: atHash(hash, bytes) };
    expect(await verdictOn(issuer)).toBe(verdict);
  },
);
