import { createHmac, createPublicKey } from "node:crypto";
import { z } from "zod";
import type { Answer } from "../../answer";
import { type Claims, compact, type Header, signIdToken } from "../../protocols/openid/id-token";
import { type SigningKey, signingKey } from "../../protocols/openid/signing-keys";
import type { SparkServer } from "./spark-server";

/**
 * ID tokens that a client has to reject by OpenID Connect Core section 3.1.3.7. The rest of the answer is valid, and
 * the code is spent.
 */
export function idTokenFaults({ key, findClient }: SparkServer) {
  const claimFaults: Readonly<Record<string, (claims: Claims) => Claims>> = {
    "wrong-iss": (claims) => ({ ...claims, iss: "https://sparkplatform.example" }),
    "wrong-aud": (claims) => ({ ...claims, aud: "another-client" }),
    "extra-aud-no-azp": ({ aud, ...claims }) => ({ ...claims, aud: [aud, "another-client"] }),
    "wrong-azp": (claims) => ({ ...claims, azp: "another-client" }),
    expired: ({ iat, ...claims }) => ({
      ...claims,
      iat: later(iat, -7200),
      exp: later(iat, -3600),
    }),
    "future-iat": ({ iat, ...claims }) => ({
      ...claims,
      iat: later(iat, 3600),
      exp: later(iat, 7200),
    }),
    "wrong-nonce": (claims) => ({ ...claims, nonce: "another-nonce" }),
    "no-nonce": ({ nonce: _nonce, ...claims }) => claims,
    "missing-sub": ({ sub: _sub, ...claims }) => claims,
  };

  const signatureFaults: Readonly<Record<string, (header: Header, claims: Claims) => string>> = {
    "alg-none": (header, claims) =>
      compact({ ...header, alg: "none" }, claims, () => Buffer.alloc(0)),
    "hs256-with-secret": (header, claims) =>
      hs256(header, claims, findClient(String(claims.aud))?.secret ?? ""),
    "hs256-with-public-key": (header, claims) => hs256(header, claims, publicKeyText(key())),
    "forged-signature": (_header, claims) => signIdToken(claims, forgedKey(key())),
    "unknown-kid": (_header, claims) => signIdToken(claims, { ...key(), kid: "unknown" }),
  };

  return {
    ...mapValues(claimFaults, (change) =>
      withIdToken((_header, claims) => signIdToken(change(claims), key())),
    ),
    ...mapValues(signatureFaults, withIdToken),
    "missing-id-token": withIdToken(() => undefined),
  };
}

function withIdToken(change: (header: Header, claims: Claims) => string | undefined) {
  return {
    spoil: (answer: Answer): Answer => {
      const fields = answer.status === 200 ? TokenFields.parse(JSON.parse(answer.body)) : null;
      if (!fields?.id_token) return answer;
      const [header = "", claims = ""] = fields.id_token.split(".");
      const changed = { ...fields, id_token: change(decode(header), decode(claims)) };
      return { ...answer, body: JSON.stringify(changed) };
    },
  };
}

/** OAuth 2 has no ID token. */
const TokenFields = z.looseObject({ id_token: z.string().optional() });

const Part = z.record(z.string(), z.unknown());

function decode(part: string) {
  return Part.parse(JSON.parse(Buffer.from(part, "base64url").toString()));
}

function hs256(header: Header, claims: Claims, secret: string) {
  const mac = (input: string) => createHmac("sha256", secret).update(input).digest();
  return compact({ ...header, alg: "HS256" }, claims, mac);
}

/** An app that trusts `alg` would use this as the shared secret. */
function publicKeyText({ privateKey }: SigningKey) {
  return createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
}

/** Another key with the name of ours. */
function forgedKey({ kid }: SigningKey) {
  return { ...signingKey("forged", kid), kid };
}

function later(iat: unknown, seconds: number) {
  return Number(iat) + seconds;
}

function mapValues<From, To>(values: Readonly<Record<string, From>>, change: (from: From) => To) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
