import { z } from "zod";
import { readJson } from "../answer";
import { type ErrorFormat, OAuthError } from "../errors";
import { send } from "../transport";

const Userinfo = z.looseObject({ sub: z.unknown().optional() });

/** Claims that are only useful may not delay a sign-in. */
const DEADLINE_MS = 3_000;

/**
 * Asks for more claims about the member, OpenID Connect Core 1.0 section 5.3. The ID token has said who they are: an answer
 * that fails, or is no JSON, costs nothing but these claims.
 * @param sub of the ID token, which the answer must repeat: section 5.3.2
 * @returns null when there are none that can be read, or it does not say about whom they are
 * @throws {OAuthError} `unverified` when it is about another member
 */
export async function fetchUserinfo(
  url: string,
  { headers, sub, errors }: { headers: Record<string, string>; sub: string; errors: ErrorFormat },
): Promise<Record<string, unknown> | null> {
  const claims = Userinfo.safeParse(await answered({ url, headers }, errors)).data;
  if (claims?.sub === undefined || claims.sub === null) return null;
  if (claims.sub !== sub) {
    throw new OAuthError("unverified", "Userinfo is not about the member of the ID token");
  }
  return claims;
}

async function answered(
  call: { url: string; headers: Record<string, string> },
  errors: ErrorFormat,
) {
  try {
    return readJson(await send({ ...call, deadline: DEADLINE_MS }), errors);
  } catch (error) {
    if (error instanceof OAuthError) return null;
    throw error;
  }
}
