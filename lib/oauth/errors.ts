/** Why a conversation with a portal failed. The set is closed: use one of these, or add one here. */
export const oauthErrorCodes = [
  "access_denied", // the member said no on the portal's page
  "invalid_grant", // the code or the refresh token is spent: start again
  "invalid_client", // the portal does not accept our registration
  "redirect_mismatch", // the portal does not have our callback's address on record
  "invalid_token", // the portal does not accept the access token it has just issued, or once issued
  "expired_token", // the access token has ended: time to refresh
  "not_admitted", // the portal says who it is, and it is none of those whom our settings let in
  "unverified", // an answer that the portal, or this portal, cannot be shown to have given
  "clock_skewed", // the portal's clock and ours disagree
  "refused", // the portal itself answered with another error
  "rate_limited", // 429
  "failing", // 5xx, or a status or an error code that says "not now"
  "timed_out", // no complete answer before the deadline
  "unreachable", // no connection, or it broke
  "redirected", // an endpoint that redirects is not the endpoint
  "too_large", // more than an answer may have
  // Answers that are not the portal's own, of any status but 429 and 5xx: a gateway's, a firewall's, a maintenance page.
  "empty", // no body
  "web_page", // HTML where JSON was promised
  "unreadable", // neither JSON nor HTML
  "unexpected", // JSON, but not what the protocol or the portal's documentation promises
] as const;

export type OAuthErrorCode = (typeof oauthErrorCodes)[number];

/** What is known of a failure beyond its code; safe to log. */
export type FailureDetail = {
  /** HTTP status of the answer, if there was one. */
  status?: number;
  /** The protocol's error code, RFC 6749 section 5.2, or the portal's own. */
  error?: string;
  /** The portal's own words, with everything that could be a secret taken out. */
  description?: string;
  /** `Retry-After`, in seconds. */
  retryAfter?: number;
  /** False when no connection came about, so that the request cannot have been read. */
  sent?: boolean;
  /**
   * How the portal itself has said it: in words that its own error format declares, or in its own form or that of the RFCs.
   * Absent when any gateway on the way may have said it.
   */
  said?: "declared" | "own";
};

/** What an answer says of its failure: a code, and words. */
export type SaidError = { error: string | null; message: string | null };

/** Keys that lead to a value in a JSON document, the outermost first; numbers count array elements. */
export type JsonPath = readonly (string | number)[];

/** How a portal says that it does not do what it was asked, where it differs from RFC 6749 section 5.2. */
export type ErrorFormat = {
  /** Where code and message are, in JSON. In XML they are the elements named as the last key. Tried before the usual places. */
  errorPlaces?: readonly { code: JsonPath; message: JsonPath }[];
  /** A key that every error of the portal's own has, and no gateway's, where the places alone do not tell. */
  errorMark?: JsonPath;
  /** Reads the error where no place tells, even in a success; null when there is none. */
  readError?: (body: unknown) => SaidError | null;
  /** What an error means. Consulted before the RFCs. */
  refusals?: readonly Refusal[];
};

/** One line of a portal's own error format: an answer of this status, with this error code or these words, means that. */
type Refusal = {
  status: number | readonly number[];
  /** The portal's error code, as text. */
  error?: string;
  /** Part of the portal's message. */
  says?: RegExp;
  means: OAuthErrorCode;
};

/** A named failure of a conversation with a portal. Its message and detail never hold a code, a token or a secret. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly code: OAuthErrorCode;
  readonly detail: FailureDetail;

  constructor(code: OAuthErrorCode, message: string, detail: FailureDetail = {}, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.detail = detail;
  }
}
