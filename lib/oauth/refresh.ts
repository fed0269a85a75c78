import { OAuthError } from "./errors";
import { requestTokens, type TokenEndpoint } from "./token-request";
import type { TokenResponse } from "./tokens";

/** What came of asking for new tokens. */
export type RefreshOutcome =
  | { kind: "succeeded"; response: TokenResponse }
  /** The portal has looked at the refresh token and does not accept it: only the member can help. */
  | { kind: "refused"; error: OAuthError }
  /** Certainly not processed, told to come back, or not the portal's answer: the refresh token is as good as before. */
  | { kind: "unavailable"; error: OAuthError }
  /** Sent, and no usable answer: the refresh token may be spent, and what it was spent on is lost. */
  | { kind: "unknown"; error: OAuthError };

/** RFC 6749 section 5.2: what is wrong is our request, not the refresh token. */
const OUR_MISTAKES = [
  "invalid_request",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
];

/**
 * Whether the portal itself has refused, in words of its own that nothing declares. Once, it says nothing for certain; said
 * again and again, it is a refusal.
 */
export function isUndeclaredRefusal({ code, detail }: OAuthError): boolean {
  const isOurMistake = OUR_MISTAKES.includes(detail.error ?? "");
  return detail.said === "own" && !isOurMistake && ABOUT_THE_TOKEN.includes(code);
}

const ABOUT_THE_TOKEN = ["refused", "invalid_token", "expired_token", "access_denied"];

/** Asks for new tokens with a refresh token, RFC 6749 section 6, once. Never throws for what a portal can do. */
export async function refreshTokens(
  endpoint: TokenEndpoint,
  refreshToken: string,
): Promise<RefreshOutcome> {
  try {
    const grant = { grant_type: "refresh_token", refresh_token: refreshToken };
    return { kind: "succeeded", response: await requestTokens(endpoint, grant) };
  } catch (error) {
    if (error instanceof OAuthError) return { kind: refreshKindOf(error), error };
    throw error;
  }
}

/** Only the portal's own final word is one: an error code of RFC 6749 section 5.2, or what its error format declares. */
function refreshKindOf({ code, detail }: OAuthError): Exclude<RefreshOutcome["kind"], "succeeded"> {
  if (detail.sent === false) return "unavailable";
  switch (code) {
    case "invalid_grant":
      return "refused";
    case "invalid_token":
    case "expired_token":
    case "access_denied":
      return detail.said === "declared" ? "refused" : "unavailable";
    case "timed_out":
    case "unreachable":
      return "unknown";
    case "failing":
    case "too_large":
    case "empty":
    case "web_page":
    case "unreadable":
    case "unexpected":
      return isTurnedAway(detail.status ?? 0, code) ? "unavailable" : "unknown";
    default:
      return "unavailable";
  }
}

/** Whether a status says that nothing was done. A success that cannot be read says the opposite, "not now" within one does not. */
function isTurnedAway(status: number, code: OAuthError["code"]) {
  return status === 503 || (status >= 400 && status < 500) || (status < 300 && code === "failing");
}
