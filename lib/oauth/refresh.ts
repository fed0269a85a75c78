import { OAuthError } from "./errors";
import { requestTokens, type TokenEndpoint } from "./token-request";
import type { TokenResponse } from "./tokens";

/** What came of asking for new tokens. */
export type RefreshOutcome =
  | { kind: "succeeded"; response: TokenResponse }
  /** The portal has looked at the refresh token and does not accept it: only the member can help. */
  | { kind: "refused"; error: OAuthError }
  /** Certainly not processed, or told to come back: the refresh token is as good as before. */
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

function refreshKindOf({ code, detail }: OAuthError): Exclude<RefreshOutcome["kind"], "succeeded"> {
  switch (code) {
    case "invalid_grant":
    case "invalid_token":
    case "expired_token":
    case "access_denied":
      return "refused";
    case "refused": {
      // Portals with an error format of their own refuse a refresh token with any of these and no word of RFC 6749.
      const looked = [400, 401, 403].includes(detail.status ?? 0);
      return looked && !OUR_MISTAKES.includes(detail.error ?? "") ? "refused" : "unavailable";
    }
    case "invalid_client":
    case "redirect_mismatch":
    case "clock_skewed":
    case "rate_limited":
    case "redirected":
      return "unavailable";
    case "failing":
      return detail.status === 503 ? "unavailable" : "unknown";
    case "unreachable":
      return detail.sent === false ? "unavailable" : "unknown";
    default:
      return "unknown";
  }
}
