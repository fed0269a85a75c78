import { createHmac } from "node:crypto";

/**
 * RFC 5849 section 3.4: the signature of a request, by HMAC-SHA1.
 *
 * 1. Collect the parameters of query, form body and header (section 3.4.1.3.1).
 * 2. Encode, sort and join them (section 3.4.1.3.2).
 * 3. Join method, address and parameters to the base string (section 3.4.1.1).
 * 4. Sign it with both secrets (section 3.4.2).
 */

/** A name and a value, not yet encoded. A list of them, not a map: section 3.4.1.3.2's own example repeats a name. */
export type Parameter = readonly [name: string, value: string];

export type SecretPair = {
  /** The client's shared secret. */
  consumerSecret: string;
  /** The token's, or none before there is a token. */
  tokenSecret?: string;
};

/** Section 3.4.2. The key is both secrets, encoded, joined by "&", even when the second is empty. */
export function hmacSha1Signature(
  baseString: string,
  { consumerSecret, tokenSecret = "" }: SecretPair,
): string {
  const key = `${percentEncode(consumerSecret)}&${percentEncode(tokenSecret)}`;
  return createHmac("sha1", key).update(baseString).digest("base64");
}

/**
 * Section 3.4.1.1: method, address and parameters, each encoded, joined by "&".
 * @param url the request's address, with its query as it will be sent
 * @param parameters the protocol parameters, but `realm` and `oauth_signature`, and those of a form body
 */
export function signatureBaseString(
  method: string,
  url: URL,
  parameters: readonly Parameter[],
): string {
  return [
    method.toUpperCase(),
    baseStringUri(url),
    normalizeParameters([...url.searchParams, ...parameters]),
  ]
    .map(percentEncode)
    .join("&");
}

/** Section 3.4.1.2: no query, no fragment. `URL` has already lower-cased the host and dropped a default port. */
function baseStringUri(url: URL) {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** Section 3.4.1.3.2: encode first, then sort by name, then by value, in byte order. */
function normalizeParameters(parameters: readonly Parameter[]) {
  return parameters
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .toSorted(
      ([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB),
    )
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** What is encoded is ASCII, whose order by code unit is its order by byte. */
function compare(a: string, b: string) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Section 3.6: like encodeURIComponent, which leaves five characters alone that the RFC wants encoded. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
