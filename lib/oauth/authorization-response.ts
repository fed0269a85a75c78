import type { OAuthErrorCode } from "./errors";
import { errorName, harmless } from "./transport";

/** What a portal sends a person back with, RFC 6749 sections 4.1.2 and 4.1.2.1. */
export type AuthorizationResponse = {
  /** Which flow this answers; null when the portal dropped it. */
  state: string | null;
  answer:
    | { kind: "code"; code: string }
    | { kind: "error"; code: OAuthErrorCode; error: string | null; description: string | null }
    | { kind: "nothing" };
};

/**
 * Reads an authorization response. Parameters that nobody knows are ignored, RFC 6749 section 4.1.2.
 * @returns null when any parameter comes twice (section 3.1): two readers could then see two answers
 */
export function readAuthorizationResponse(query: URLSearchParams): AuthorizationResponse | null {
  const names = [...query.keys()];
  if (new Set(names).size < names.length) return null;
  const state = query.get("state") || null;
  const code = query.get("code");
  const error = query.get("error");
  if (error !== null) return { state, answer: errorAnswer(error, query.get("error_description")) };
  if (code) return { state, answer: { kind: "code", code } };
  return { state, answer: { kind: "nothing" } };
}

function errorAnswer(error: string, description: string | null) {
  return {
    kind: "error" as const,
    code: meaningOf(error),
    error: errorName(error),
    description: harmless(description),
  };
}

/** Who has to act: the member, the portal, or whoever registered us there. */
function meaningOf(error: string): OAuthErrorCode {
  switch (error) {
    case "access_denied":
      return "access_denied";
    case "server_error":
    case "temporarily_unavailable":
      return "failing";
    case "unauthorized_client":
    case "invalid_client":
    case "invalid_scope":
    case "redirect_uri_mismatch":
      return "invalid_client";
    default:
      return "refused";
  }
}
