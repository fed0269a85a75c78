import {
  hmacSha1Signature,
  type Parameter,
  percentEncode,
  type SecretPair,
  signatureBaseString,
} from "./signature";

/** Our registration at the portal; "consumer" in OAuth 1.0, "client" in RFC 5849. */
export type Consumer = { key: string; secret: string };

/** A request token or an access token, with the secret it came with. */
export type Token = { token: string; secret: string };

export type SignedRequest = {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Exactly the address that will be asked, query and trailing slash included. */
  url: URL;
  consumer: Consumer;
  token?: Token;
  /** Protocol parameters of one step alone: `oauth_callback` (section 2.1), `oauth_verifier` (section 2.3). */
  step?: readonly Parameter[];
  /** A form body's parameters, which are signed; a body of another type is not (section 3.4.1.3.1). */
  form?: readonly Parameter[];
};

/** Time and chance, brought by the caller. */
export type NonceAndTimestamp = {
  /** Seconds since 1970, section 3.3. */
  timestamp: number;
  /** Unique for its timestamp, client and token, section 3.3. */
  nonce: string;
};

/**
 * Section 3.5.1: the `Authorization` header of a signed request. No realm: it is optional, and some servers
 * refuse one. Parameters are in the order of section 3.1's example, the signature last.
 */
export function authorizationHeader(request: SignedRequest, moment: NonceAndTimestamp): string {
  const { method, url, consumer, token, form = [] } = request;
  const parameters = protocolParameters(request, moment);
  const secrets: SecretPair = { consumerSecret: consumer.secret, tokenSecret: token?.secret };
  const baseString = signatureBaseString(method, url, [...parameters, ...form]);
  const signature: Parameter = ["oauth_signature", hmacSha1Signature(baseString, secrets)];
  const pairs = [...parameters, signature].map(
    ([name, value]) => `${percentEncode(name)}="${percentEncode(value)}"`,
  );
  return `OAuth ${pairs.join(", ")}`;
}

/** Section 3.1. */
function protocolParameters(
  { consumer, token, step = [] }: SignedRequest,
  { timestamp, nonce }: NonceAndTimestamp,
): Parameter[] {
  return [
    ["oauth_consumer_key", consumer.key],
    ...(token ? [["oauth_token", token.token] as const] : []),
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", String(timestamp)],
    ["oauth_nonce", nonce],
    ["oauth_version", "1.0"],
    ...step,
  ];
}
