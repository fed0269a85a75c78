import { timingSafeEqual } from "node:crypto";
import type { PortalRequest } from "../../request";
import { readAuthorizationHeader } from "./authorization-header";
import type { Nonces } from "./nonces";
import { Refusal } from "./refusal";
import { hmacSha1, signatureBaseString, signedPart } from "./signature";

export type Consumer = { key: string; secret: string };

/** A request token or an access token, with its secret. */
export type Credentials = { value: string; secret: string };

export type Verification<Token extends Credentials | null> = {
  consumer: Consumer;
  /** The parameters that this step of the protocol needs besides those of every request. */
  extraParameters: readonly string[];
  /** The token that the request is signed with; null where there is none yet. */
  findToken: (value: string | undefined) => Token | Refusal;
  nonces: Nonces;
};

export type Verified<Token> = { parameters: ReadonlyMap<string, string>; token: Token };

/** RFC 5849 section 3.2: the checks that all signed requests share. */
export function verify<Token extends Credentials | null>(
  request: PortalRequest,
  { consumer, extraParameters, findToken, nonces }: Verification<Token>,
): Verified<Token> | Refusal {
  if (!request.headers.authorization) return refuse("No Authorization header");
  if (hasStrayParameters(request)) return refuse("OAuth parameters belong into the header");
  const parameters = readAuthorizationHeader(request.headers.authorization, extraParameters);
  if (parameters instanceof Refusal) return parameters;

  const consumerKey = parameters.get("oauth_consumer_key");
  if (consumerKey !== consumer.key) return refuse(`Consumer not found: ${consumerKey}`);
  if (parameters.get("oauth_signature_method") !== "HMAC-SHA1") {
    return refuse("Unsupported signature method");
  }
  if ((parameters.get("oauth_version") ?? "1.0") !== "1.0") return refuse("Unsupported version");
  const wrongTimestamp = nonces.refuseTimestamp(parameters.get("oauth_timestamp") ?? "");
  if (wrongTimestamp) return wrongTimestamp;

  const token = findToken(parameters.get("oauth_token"));
  if (token instanceof Refusal) return token;
  const secrets = { consumerSecret: consumer.secret, tokenSecret: token?.secret ?? "" };
  const baseString = signatureBaseString({ ...signedPart(request), oauth: [...parameters] });
  const expected = hmacSha1(baseString, secrets);
  if (!isSame(expected, parameters.get("oauth_signature") ?? "")) {
    return refuse("Invalid signature for signature method HMAC-SHA1");
  }
  return nonces.refuseUsedNonce(parameters) ?? { parameters, token };
}

/** Section 3.5 allows one place for OAuth parameters. The portal: "put params into the Authorization header". */
function hasStrayParameters({ query, fields }: PortalRequest) {
  const names = [...query.keys(), ...(fields ?? []).map(([name]) => name)];
  return names.some((name) => name.startsWith("oauth_"));
}

function refuse(message: string) {
  return new Refusal("authentication", message);
}

function isSame(expected: string, given: string) {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
