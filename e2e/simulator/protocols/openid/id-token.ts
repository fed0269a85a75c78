import { sign } from "node:crypto";
import type { SigningKey } from "./signing-keys";

/** OpenID Connect Core section 2, in the compact serialization of RFC 7515 section 7.1. */

export type Header = Readonly<Record<string, unknown>>;

export type Claims = Readonly<Record<string, unknown>>;

export const ID_TOKEN_TTL_SECONDS = 3600;

export function signIdToken(claims: Claims, { kid, privateKey }: SigningKey) {
  const header = { alg: "RS256", typ: "JWT", kid };
  return compact(header, claims, (input) => sign("RSA-SHA256", Buffer.from(input), privateKey));
}

/** RFC 7515 section 5.1: the signature covers the first two parts in their encoded form. */
export function compact(header: Header, claims: Claims, signature: (input: string) => Buffer) {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signature(input).toString("base64url")}`;
}

function encode(part: Header | Claims) {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
