import { createHmac } from "node:crypto";
import type { PortalRequest } from "../../request";
import { encode } from "./percent-encoding";

/** RFC 5849 section 3.4. */

export type Parameters = readonly (readonly [name: string, value: string])[];

export type Signed = {
  method: string;
  /** As it was sent, with its query. */
  address: string;
  /** The fields of a form body; XML and JSON are not signed. */
  form: Parameters;
  /** The parameters of the Authorization header. */
  oauth: Parameters;
};

type Secrets = { consumerSecret: string; tokenSecret: string };

/** Section 3.4.2: HMAC-SHA1 with both secrets, encoded, as the key. */
export function hmacSha1(baseString: string, { consumerSecret, tokenSecret }: Secrets) {
  const key = `${encode(consumerSecret)}&${encode(tokenSecret)}`;
  return createHmac("sha1", key).update(baseString).digest("base64");
}

/** Section 3.4.1.1. */
export function signatureBaseString({ method, address, form, oauth }: Signed) {
  const [, scheme = "", host = "", path = "", query = ""] =
    /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i.exec(address) ?? [];
  const signed = oauth.filter(([name]) => name !== "realm" && name !== "oauth_signature");
  const parameters = [...new URLSearchParams(query), ...form, ...signed];
  const base = baseAddress(scheme.toLowerCase(), host.toLowerCase(), path);
  return [method.toUpperCase(), base, normalized(parameters)].map(encode).join("&");
}

/** The parts of a request that its client signed. Their address is the one of the Host header. */
export function signedPart({
  method,
  target,
  headers,
  fields,
}: PortalRequest): Omit<Signed, "oauth"> {
  const mediaType = headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  const isForm = mediaType === "application/x-www-form-urlencoded";
  const form = isForm ? (fields ?? []).map(([name, value]) => [name, String(value)] as const) : [];
  return { method, address: `http://${headers.host}${target}`, form };
}

/** Section 3.4.1.2: a default port is left out; the path is not changed. */
function baseAddress(scheme: string, host: string, path: string) {
  const usualPort = scheme === "https" ? /:443$/ : /:80$/;
  return `${scheme}://${host.replace(usualPort, "")}${path || "/"}`;
}

/** Section 3.4.1.3.2: encodes first, then sorts by name and by value, byte by byte. */
function normalized(parameters: Parameters) {
  return parameters
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function compare(left: string, right: string) {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
