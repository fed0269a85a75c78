import type { OAuthErrorCode } from "./errors";
import { errorName, harmless } from "./harmless";

/** What a portal sends a person back with. */
export type AuthorizationResponse = {
  /** Which flow this answers: `state`, or OAuth 1.0's `oauth_token`. Null when the portal dropped it. */
  flow: string | null;
  /** Who says it answers, RFC 9207; null when it does not say. */
  issuer: string | null;
  answer: /** What can be exchanged, once: the authorization code, or OAuth 1.0's verifier. */
    | { kind: "code"; code: string }
    | { kind: "error"; code: OAuthErrorCode; error: string | null; description: string | null }
    | { kind: "nothing" };
};

/**
 * Reads an authorization response, RFC 6749 sections 4.1.2 and 4.1.2.1. Unknown parameters are ignored, and those without
 * a value count as omitted (section 3.1); but for `iss`, which has to be the issuer's where it comes (RFC 9207 section 2.4).
 * @returns null when any parameter comes twice (section 3.1): two readers could then see two answers
 */
export function readAuthorizationResponse(query: URLSearchParams): AuthorizationResponse | null {
  if (saysTwice(query)) return null;
  const said = (name: string) => query.get(name) || null;
  const [code, error] = [said("code"), said("error")];
  const about = { flow: said("state"), issuer: query.get("iss") };
  if (error !== null) {
    return { ...about, answer: errorAnswer(error, said("error_description")) };
  }
  return { ...about, answer: code ? { kind: "code", code } : { kind: "nothing" } };
}

/**
 * Reads the answer to a request token, RFC 5849 section 2.2. `state` is no secret of ours here but the member's word:
 * "authorized", "rejected", or something that went wrong; a portal that says yes by the verifier alone sends none. A no
 * may also come as `denied`, with the request token in it and not in `oauth_token`. Parameters without a value count as
 * omitted.
 * @returns null when any parameter comes twice
 */
export function readRequestTokenResponse(query: URLSearchParams): AuthorizationResponse | null {
  if (saysTwice(query)) return null;
  const said = (name: string) => query.get(name) || null;
  const denied = said("denied");
  const about = { flow: said("oauth_token") ?? denied, issuer: null };
  const verifier = said("oauth_verifier");
  const word = said("state");
  if (denied !== null || word === "rejected")
    return { ...about, answer: errorAnswer("access_denied", null) };
  if (word !== null && word !== "authorized") return { ...about, answer: errorAnswer(word, null) };
  return { ...about, answer: verifier ? { kind: "code", code: verifier } : { kind: "nothing" } };
}

function saysTwice(query: URLSearchParams) {
  const names = [...query.keys()];
  return new Set(names).size < names.length;
}

function errorAnswer(error: string, description: string | null) {
  return {
    kind: "error" as const,
    code: codeOfError(error),
    error: errorName(error),
    description: harmless(description),
  };
}

/** Who has to act: the member, the portal, or the administrator who registered us there. */
function codeOfError(error: string): OAuthErrorCode {
  switch (error) {
    case "access_denied":
      return "access_denied";
    case "server_error":
    case "temporarily_unavailable":
      return "failing";
    case "unauthorized_client":
    case "invalid_client":
    case "invalid_scope":
      return "invalid_client";
    case "redirect_uri_mismatch": // draft 10 of OAuth 2.0, section 3.2.1
      return "redirect_mismatch";
    default:
      return "refused";
  }
}
