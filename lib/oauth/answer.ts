import { type ErrorFormat, OAuthError, type OAuthErrorCode } from "./errors";
import { errorName, harmless } from "./harmless";
import { errorInSuccess, isMarkup, parseJson, type Said, saidError } from "./portal-error";
import { retryAfterSeconds } from "./retry-after";
import type { Answer } from "./transport";

/**
 * What an answer means. A refusal counts only in the portal's own words: a firewall's page, a proxy's, or JSON that any
 * gateway sends says nothing of a token, with any status.
 */

/**
 * The JSON object of a successful answer.
 * @param format the portal's own error format
 * @throws {OAuthError} a code for what the answer says, or `empty`, `web_page`, `unreadable`, `unexpected`
 */
export function readJson(answer: Answer, format: ErrorFormat = {}): Record<string, unknown> {
  checkStatus(answer, format);
  const json = parseJson(answer.body);
  if (isRecord(json)) return json;
  throw formless(answer);
}

/** The JSON object in an answer, as it stands; null when there is none. */
export function jsonIn({ body }: Answer): Record<string, unknown> | null {
  const json = parseJson(body);
  return isRecord(json) ? json : null;
}

/** Lets a successful answer pass that is neither nothing nor a web page. @throws {OAuthError} `empty` or `web_page` */
export function checkText(answer: Answer): void {
  const code = codeOfForm(answer);
  if (code === "empty" || code === "web_page") throw formless(answer);
}

/**
 * Lets a successful answer pass.
 * @param format the portal's own error format
 * @throws {OAuthError} what another one means: by that format, or RFC 6749 section 5.2, RFC 6750 section 3.1, RFC 9110; also a
 * success whose JSON is an error
 */
export function checkStatus(answer: Answer, format: ErrorFormat = {}): void {
  const said = isSuccess(answer) ? errorInSuccess(answer, format) : saidError(answer, format);
  if (said) throw refusal(answer, said, format);
}

/** RFC 9110 section 15.3. */
export function isSuccess({ status }: Pick<Answer, "status">): boolean {
  return status >= 200 && status <= 299;
}

/** What says of a token, for good, that it is worth nothing. */
const FINAL: readonly OAuthErrorCode[] = [
  "invalid_grant",
  "invalid_token",
  "expired_token",
  "access_denied",
];

function refusal(answer: Answer, said: Said, format: ErrorFormat) {
  const { refusals = [], errorPlaces, errorMark, readError } = format;
  const hasForm = Boolean(errorPlaces || errorMark || readError);
  const { status, headers, secrets } = answer;
  const error = errorName(said.error, secrets);
  const description = harmless(said.message, secrets);
  const retryAfter = retryAfterSeconds(headers);
  const words = said.message?.slice(0, LOOKED_AT) ?? "";
  const declared = refusals.find(
    (each) =>
      [each.status].flat().includes(status) &&
      (each.error === undefined || each.error === said.error) &&
      (each.says === undefined || each.says.test(words)) &&
      // Where the portal's form is known, a gateway's like words end nothing.
      (said.own || !hasForm || !FINAL.includes(each.means)),
  );
  const spoken = declared ? "declared" : said.own ? "own" : null;
  return new OAuthError(
    declared?.means ?? meaningOf(answer, said),
    `The portal answered ${status}${error ? ` ${error}` : ""}`,
    {
      status,
      ...(error && { error }),
      ...(description && { description }),
      ...(retryAfter !== null && { retryAfter }),
      ...(spoken && { said: spoken }),
    },
  );
}

/** Patterns are tried on so much of a portal's words: on more, some would take their time. */
const LOOKED_AT = 1_000;

/** "Not now", said by a status below 500: RFC 9110 sections 15.5.9 and 15.5.20, RFC 4918 section 11.3, RFC 8470 section 5.2. */
const NOT_NOW = [408, 421, 423, 425];

/** The same as an error code. */
const NOT_NOW_CODES =
  /^(temporarily_unavailable|service_unavailable|unavailable|server_error|internal_error|internal_server_error|try_again(_later)?|timeout|maintenance)$/i;

const TOO_OFTEN_CODES =
  /^(slow_down|too_many_requests|throttl(ed|ing)|quota_exceeded|request_limit_exceeded|over_(rate|query)_limit|rate_?limit\w*)$/i;

function meaningOf(answer: Answer, { error, own }: Said): OAuthErrorCode {
  const { status } = answer;
  if (status === 429 || TOO_OFTEN_CODES.test(error ?? "")) return "rate_limited";
  if (status >= 500 || NOT_NOW.includes(status) || NOT_NOW_CODES.test(error ?? ""))
    return "failing";
  if (!own) return codeOfForm(answer);
  switch (error) {
    case "invalid_grant":
    case "invalid_client":
    case "invalid_token":
    case "expired_token":
      return error;
    default: // a word of its own says what it says; a number, or no code at all, what the status says
      return status === 401 && !/^[a-z_]+$/.test(error ?? "") ? "invalid_token" : "refused";
  }
}

function formless(answer: Answer) {
  const { status } = answer;
  const code = codeOfForm(answer);
  return new OAuthError(code, sentences[code], { status });
}

const sentences = {
  empty: "The answer has no body",
  web_page: "The answer is a web page",
  unreadable: "The answer is not JSON",
  unexpected: "The answer is JSON, but not what is documented",
} as const;

/** What an answer is that is not the documented one. */
function codeOfForm({ headers, body }: Answer): keyof typeof sentences {
  if (body.trim() === "") return "empty";
  if (parseJson(body) !== undefined) return "unexpected";
  const isPage = isMarkup(body) || headers.get("content-type")?.includes("html");
  return isPage ? "web_page" : "unreadable";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
