import { checkStatus, checkText } from "../answer";
import { type ErrorFormat, OAuthError, type OAuthErrorCode } from "../errors";
import { isMarkup } from "../portal-error";
import type { TokenSet } from "../tokens";
import { type Answer, send } from "../transport";
import {
  authorizationHeader,
  type Consumer,
  type NonceAndTimestamp,
  type SignedRequest,
  type Token,
} from "./authorization-header";

/** RFC 5849 section 2: from nothing to a request token, over the member's yes, to an access token. */

/** Said outright: servers have been seen to answer 404 to "anything will do". */
const ACCEPT = "application/x-www-form-urlencoded, text/plain";

type Leg = {
  url: string;
  consumer: Consumer;
  /** `User-Agent`, and what else the portal wants. */
  headers: Record<string, string>;
  errors: ErrorFormat;
};

/**
 * Section 2.1: asks for a request token.
 * @param callback where the portal sends the member back to
 * @throws {OAuthError} `invalid_client` when the portal refuses our signature or key
 */
export async function fetchRequestToken(
  { callback, ...leg }: Leg & { callback: string },
  moment: NonceAndTimestamp,
): Promise<Token> {
  const answer = await ask(leg, { step: [["oauth_callback", callback]] }, moment);
  const fields = readForm(answer, leg.errors, "invalid_client");
  // Section 2.1 demands "true"; not every portal says so, and only "false" is a no.
  if (fields.get("oauth_callback_confirmed") === "false") {
    throw new OAuthError("unexpected", "The portal did not confirm the callback");
  }
  return tokenFrom(fields);
}

/**
 * Section 2.3: exchanges an authorized request token.
 * @param verifier what the portal sent the member back with
 * @throws {OAuthError} `invalid_grant` when the portal refuses the request token or the verifier
 */
export async function fetchAccessToken(
  { requestToken, verifier, ...leg }: Leg & { requestToken: Token; verifier: string },
  moment: NonceAndTimestamp,
): Promise<TokenSet> {
  const step = [["oauth_verifier", verifier]] as const;
  const answer = await ask(leg, { token: requestToken, step }, moment);
  const { token, secret } = tokenFrom(readForm(answer, leg.errors, "invalid_grant"));
  const unknown = { refreshToken: null, expiresAt: null, issuedAt: null, scope: null };
  return { accessToken: token, tokenSecret: secret, ...unknown };
}

function ask(
  { url, consumer, headers }: Leg,
  more: Pick<SignedRequest, "token" | "step">,
  moment: NonceAndTimestamp,
): Promise<Answer> {
  const signed = { method: "POST", url: new URL(url), consumer, ...more } as const;
  const authorization = authorizationHeader(signed, moment);
  return send({ url, method: "POST", headers: { ...headers, accept: ACCEPT, authorization } });
}

function readForm(answer: Answer, errors: ErrorFormat, meaningOf401: OAuthErrorCode) {
  try {
    checkStatus(answer, errors);
  } catch (error) {
    throw inThisLeg(error, answer, meaningOf401);
  }
  const fields = new URLSearchParams(answer.body.trim());
  if (!fields.has("oauth_token")) checkText(answer);
  return fields;
}

/**
 * A refusal has one status for everything, 401, and often no more than a line of text; unless the portal says more, what it
 * means is a matter of the leg. A web page is a gateway's.
 */
function inThisLeg(error: unknown, { body }: Answer, meaningOf401: OAuthErrorCode) {
  if (!(error instanceof OAuthError) || error.detail.status !== 401) return error;
  const { said } = error.detail;
  if (said === "declared" || (said === undefined && isMarkup(body))) return error;
  return new OAuthError(meaningOf401, error.message, error.detail, error);
}

function tokenFrom(fields: URLSearchParams): Token {
  const [token, secret] = [fields.get("oauth_token"), fields.get("oauth_token_secret")];
  if (!token || !secret) {
    throw new OAuthError("unexpected", "Not the token response of RFC 5849 section 2");
  }
  return { token, secret };
}
