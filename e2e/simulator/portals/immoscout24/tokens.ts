import type { Answer } from "../../answer";
import { Refusal } from "../../protocols/oauth1/refusal";
import type { RequestToken } from "../../protocols/oauth1/store";
import { type Credentials, verify } from "../../protocols/oauth1/verify";
import type { PortalRequest } from "../../request";
import { problemOf } from "./errors";
import { type ImmoScout24, refuse, saysWhatItAccepts, unacceptable } from "./server";

/** The two token endpoints for an app's server: RFC 5849 sections 2.1 and 2.3. */

export function answerRequestToken(request: PortalRequest, portal: ImmoScout24): Answer {
  if (!saysWhatItAccepts(request)) return refuse(request, unacceptable, portal);
  const { store, consumer, nonces, appOrigins } = portal;
  const findToken = () => null;
  const verified = verify(request, {
    consumer,
    nonces,
    extraParameters: ["oauth_callback"],
    findToken,
  });
  if (verified instanceof Refusal) return refuse(request, problemOf(verified), portal);
  const callback = verified.parameters.get("oauth_callback") ?? "";
  if (!isRegistered(callback, appOrigins)) {
    const refusal = new Refusal("authentication", "The callback is not registered");
    return refuse(request, problemOf(refusal), portal);
  }
  const { callbackConfirmed } = portal.options();
  const confirmed = callbackConfirmed === "absent" ? [] : [callbackConfirmed];
  return tokenAnswer(
    store.issueRequestToken(callback),
    confirmed.map((value) => ["oauth_callback_confirmed", value]),
    portal,
  );
}

export function answerAccessToken(request: PortalRequest, portal: ImmoScout24): Answer {
  if (!saysWhatItAccepts(request)) return refuse(request, unacceptable, portal);
  const { store, consumer, nonces, people } = portal;
  const verified = verify(request, {
    consumer,
    nonces,
    extraParameters: ["oauth_token", "oauth_verifier"],
    findToken: (value) => store.usableRequestToken(value) ?? invalidRequestToken(),
  });
  if (verified instanceof Refusal) return refuse(request, problemOf(verified), portal);
  const ownerId = authorizingOwner(verified.token, verified.parameters.get("oauth_verifier"));
  if (ownerId === null) return refuse(request, problemOf(invalidRequestToken()), portal);

  if (portal.options().relinkEndsEarlier) store.revokeAll(ownerId);
  const person = people.find(({ id }) => id === ownerId);
  const answer = tokenAnswer(store.exchange(verified.token, ownerId), [], portal);
  return { ...answer, delayMs: person?.tokenDelayMs };
}

/** The person who authorized this token, if the verifier is the one of that decision. */
function authorizingOwner({ decided }: RequestToken, verifier: string | undefined) {
  return decided?.decision === "authorized" && decided.verifier === verifier
    ? decided.ownerId
    : null;
}

/** A form: it encodes `+`, `/` and `=`. */
function tokenAnswer(
  { value, secret }: Credentials,
  more: readonly [string, string][],
  { options }: ImmoScout24,
): Answer {
  const { tokenContentType } = options();
  const type =
    tokenContentType === "text" ? "text/plain;charset=UTF-8" : "application/x-www-form-urlencoded";
  const fields = [["oauth_token", value], ["oauth_token_secret", secret], ...more];
  return {
    status: 200,
    headers: { "Content-Type": type, "Cache-Control": "no-store" },
    body: String(new URLSearchParams(fields)),
  };
}

/** An address of the app, with any query. `oob`, for apps without an address, is refused. */
function isRegistered(callback: string, appOrigins: readonly string[]) {
  if (!URL.canParse(callback)) return false;
  const { origin, hash, username, password } = new URL(callback);
  return appOrigins.includes(origin) && !hash && !username && !password;
}

function invalidRequestToken() {
  return new Refusal("authentication", "Invalid request token or verifier");
}
