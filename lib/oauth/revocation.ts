import { checkStatus, jsonIn } from "./answer";
import { OAuthError } from "./errors";
import { registeredRequest, type TokenEndpoint } from "./token-request";
import { type Answer, send } from "./transport";

/** What came of asking a portal to take tokens back. */
export type RevocationVerdict =
  /** They are worth nothing any more, or were worth nothing before. */
  | { kind: "revoked" }
  /** The portal has looked at the request and does not do it; asking again would change nothing. */
  | { kind: "refused"; error: OAuthError }
  /** Try again later. */
  | { kind: "unavailable"; error: OAuthError };

/** `absent`: there is nothing at a token's address. It is gone, or no token was ever there. */
export type RevocationOutcome = RevocationVerdict | { kind: "absent" };

/** RFC 7009 section 2.1. */
type Hint = "access_token" | "refresh_token";

/** Asks a revocation endpoint to invalidate a token, RFC 7009 section 2.1. An unknown token is as gone as it can be (section 2.2). */
export function revokeToken(
  endpoint: Omit<TokenEndpoint, "format">,
  token: string,
  hint: Hint,
): Promise<RevocationVerdict> {
  const fields = { token, token_type_hint: hint };
  const request = registeredRequest({ ...endpoint, format: "form" }, fields);
  return verdictOn(async () => checkDone(await send(request), endpoint.errors));
}

/**
 * Lets an answer pass that is a revocation done: nothing in its body, JSON that says yes and no more, or what the portal documents.
 * A page of a gateway or of a portal in maintenance has status 200 too, and the token lives on.
 */
function checkDone(
  answer: Answer,
  errors: TokenEndpoint["errors"],
  isDone: (body: unknown) => boolean = () => false,
) {
  checkStatus(answer, errors);
  if (answer.body.trim() === "") return;
  const json = jsonIn(answer);
  if (json && (Object.values(json).every(isYes) || isDone(json))) return;
  throw new OAuthError("unexpected", "The answer is not that of a revocation");
}

function isYes(value: unknown) {
  return value === true || value === null || value === "";
}

/** Where a token can be deleted as a resource of its own. */
export type TokenResource = {
  /** Holds the token: never for a log. */
  url: string;
  headers: Record<string, string>;
  errors: TokenEndpoint["errors"];
  /** Whether a body is the documented answer, where there is one. */
  isDone?: (body: unknown) => boolean;
};

/** Deletes a token that is a resource of the portal's API. */
export async function deleteToken({
  url,
  headers,
  errors,
  isDone,
}: TokenResource): Promise<RevocationOutcome> {
  let absent = false;
  const verdict = await verdictOn(async () => {
    const answer = await send({ url, method: "DELETE", headers });
    try {
      checkDone(answer, errors, isDone);
    } catch (error) {
      absent = isAbsent(error);
      throw error;
    }
  });
  return absent ? { kind: "absent" } : verdict;
}

/** In the portal's own words: a gateway that does not know the way says 404 too. */
function isAbsent(error: unknown) {
  if (!(error instanceof OAuthError)) return false;
  const { status = 0, said } = error.detail;
  return said !== undefined && [404, 410].includes(status);
}

async function verdictOn(request: () => Promise<void>): Promise<RevocationVerdict> {
  try {
    await request();
    return { kind: "revoked" };
  } catch (error) {
    if (error instanceof OAuthError) return { kind: revocationKindOf(error), error };
    throw error;
  }
}

/** What the portal says of the token is final; what it says of us or of itself may change. */
function revocationKindOf({ code, detail }: OAuthError) {
  switch (code) {
    case "invalid_grant":
    case "invalid_token":
    case "expired_token":
    case "access_denied":
      return "refused";
    case "refused": // not the endpoint, perhaps not yet
      return [404, 405].includes(detail.status ?? 0) ? "unavailable" : "refused";
    default:
      return "unavailable";
  }
}
