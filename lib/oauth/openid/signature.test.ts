import { createSecretKey, generateKeyPairSync } from "node:crypto";
import { CompactEncrypt } from "jose";
import { expect, test } from "vitest";
import {
  client,
  compact,
  es,
  forged,
  hs256,
  ours,
  provider,
  ps,
  rs,
  type Verdict,
  verdictOn,
} from "./testing";

/** How an ID token is signed and written down. RS256 is the one algorithm; what the header says does not count. */

const elliptic = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = ours.publicKey.export({ type: "spki", format: "pem" });
const der = ours.publicKey.export({ type: "spki", format: "der" });
const modulus = String(ours.jwk.n);

type Signature = (input: string) => Buffer;

test.each<[about: string, section: string, Verdict, alg: unknown, Signature]>([
  ["RS256", "Core 3.1.3.7 step 7", "accepted", "RS256", rs(256, ours)],
  ["none, unsigned", "Core 2", "unverified", "none", () => Buffer.alloc(0)],
  ["none, signed", "Core 2", "unverified", "none", rs(256, ours)],
  ["none in capitals", "RFC 8725 3.1", "unverified", "NONE", () => Buffer.alloc(0)],
  ["no algorithm", "RFC 7515 4.1.1", "unverified", undefined, rs(256, ours)],
  ["RS256 in small letters", "RFC 7515 4.1.1", "unverified", "rs256", rs(256, ours)],
  ["RS256 in a list", "RFC 7515 4.1.1", "unverified", ["RS256"], rs(256, ours)],
  ["RS384", "Core 3.1.3.7 step 7", "unverified", "RS384", rs(384, ours)],
  ["RS512", "Core 3.1.3.7 step 7", "unverified", "RS512", rs(512, ours)],
  ["PS256", "Core 3.1.3.7 step 7", "unverified", "PS256", ps(256, ours)],
  ["ES256", "Core 3.1.3.7 step 7", "unverified", "ES256", es(256, elliptic)],
  ["HS256, our secret", "Core 3.1.3.7 step 7", "unverified", "HS256", hs256(client.secret)],
  ["HS256, the public key as PEM", "RFC 8725 2.1", "unverified", "HS256", hs256(pem)],
  ["HS256, the public key as DER", "RFC 8725 2.1", "unverified", "HS256", hs256(der)],
  ["HS256, the modulus", "RFC 8725 2.1", "unverified", "HS256", hs256(modulus)],
  ["HS256, the key's JSON", "RFC 8725 2.1", "unverified", "HS256", hs256(JSON.stringify(ours.jwk))],
  ["RS256 that is RS512", "RFC 7515 5.2", "unverified", "RS256", rs(512, ours)],
  ["RS256 by another key", "Core 3.1.3.7 step 6", "unverified", "RS256", rs(256, forged)],
  ["RS256 without a signature", "RFC 7515 5.2", "unverified", "RS256", () => Buffer.alloc(0)],
  ["RS256, a signature of zeros", "RFC 7515 5.2", "unverified", "RS256", () => Buffer.alloc(256)],
])("an ID token signed with %s (%s): %s", async (_about, _section, verdict, alg, signature) => {
  const issuer = await provider();
  issuer.keys.push({ ...elliptic.publicKey.export({ format: "jwk" }), use: "sig" });
  issuer.idToken = (header, claims) => compact({ ...header, alg }, claims, signature);
  expect(await verdictOn(issuer)).toBe(verdict);
});

const certificate = forged.publicKey.export({ type: "spki", format: "der" }).toString("base64");

test.each<[about: string, section: string, (url: string) => object]>([
  ["jwk", "RFC 8725 3.10", () => ({ jwk: forged.jwk })],
  ["jwk and no kid", "RFC 8725 3.10", () => ({ jwk: forged.jwk, kid: undefined })],
  ["jku", "RFC 8725 3.10", (url) => ({ jku: `${url}/forged-keys` })],
  ["x5u", "RFC 8725 3.10", (url) => ({ x5u: `${url}/forged-certificate` })],
  ["x5c", "RFC 7515 4.1.6", () => ({ x5c: [certificate] })],
])(
  "a key that the ID token brings with it as %s (%s) is neither used nor fetched",
  async (_name, _section, header) => {
    const issuer = await provider();
    issuer.header = { ...header(issuer.url) };
    issuer.key = forged;
    expect(await verdictOn(issuer)).toBe("unverified");
    expect(issuer.asked.elsewhere).toBe(0);
  },
);

test.each<[about: string, section: string, Verdict, header: Record<string, unknown>]>([
  ["a type", "RFC 7519 5.1", "accepted", { typ: "JWT" }],
  ["an unknown parameter", "RFC 7515 4", "accepted", { unknown: true }],
  ["crit unknown", "RFC 7515 4.1.11", "unverified", { crit: ["unknown"], unknown: true }],
  ["crit of what is not there", "RFC 7515 4.1.11", "unverified", { crit: ["unknown"] }],
  ["crit of what needs none", "RFC 7515 4.1.11", "unverified", { crit: ["kid"] }],
  ["crit empty", "RFC 7515 4.1.11", "unverified", { crit: [] }],
  ["crit in words", "RFC 7515 4.1.11", "unverified", { crit: "unknown" }],
  ["claims unencoded", "RFC 7797 7", "unverified", { crit: ["b64"], b64: false }],
  ["kid a number", "RFC 7515 4.1.4", "unverified", { kid: 1 }],
])("an ID token whose header has %s (%s): %s", async (_about, _section, verdict, header) => {
  const issuer = await provider();
  issuer.header = header;
  expect(await verdictOn(issuer)).toBe(verdict);
});

test.each<[about: string, section: string, (token: string) => string]>([
  ["cut short", "RFC 7515 5.2", (token) => token.slice(0, -40)],
  ["cut shorter", "RFC 7515 7.1", (token) => token.slice(0, token.lastIndexOf("."))],
  ["with a fourth part", "RFC 7515 7.1", (token) => `${token}.e30`],
  ["with a line's end", "RFC 7515 2", (token) => `${token}\n`],
  ["with a blank before it", "RFC 7515 2", (token) => ` ${token}`],
  [
    "with a blank in its signature",
    "RFC 7515 2",
    (token) => `${token.slice(0, -9)} ${token.slice(-9)}`,
  ],
  ["with padding", "RFC 7515 2", (token) => `${token}==`],
  ["with other claims under the signature", "RFC 7515 5.2", withSubject("member-1")],
  ["as JSON", "RFC 7519 3", asJson],
  ["of nothing", "Core 3.1.3.3", () => ""],
  ["of dots", "RFC 7515 7.1", () => ".."],
  ["that is no token", "RFC 7515 7.1", () => "access-token"],
])("an ID token %s (%s) is refused", async (_about, _section, written) => {
  const issuer = await provider();
  issuer.idToken = (header, claims) => written(compact(header, claims, rs(256, ours)));
  issuer.metadata = { userinfo_endpoint: undefined }; // nothing else says who is there
  expect(await verdictOn(issuer)).toBe("unverified");
});

function withSubject(sub: string) {
  return (token: string) => {
    const [header, claims = "", signature] = token.split(".");
    const changed = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), sub };
    return [header, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(
      ".",
    );
  };
}

/** RFC 7515 section 7.2.2. */
function asJson(token: string) {
  const [header, payload, signature] = token.split(".");
  return JSON.stringify({ protected: header, payload, signature });
}

test("an encrypted ID token that we did not ask for (Core 3.1.3.7 step 1) is refused", async () => {
  const issuer = await provider();
  const claims = { iss: issuer.issuer, sub: issuer.subject, aud: client.id, nonce: issuer.nonce };
  const encrypted = await new CompactEncrypt(Buffer.from(JSON.stringify(claims)))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .encrypt(createSecretKey(Buffer.from(client.secret.slice(0, 32))));
  issuer.idToken = () => encrypted;
  expect(await verdictOn(issuer)).toBe("unverified");
});
