import { z } from "zod";
import { type ErrorFormat, OAuthError } from "../errors";
import { readJson, send } from "../transport";

const Userinfo = z.looseObject({ sub: z.string() });

/**
 * Asks for more claims about the member, OpenID Connect Core 1.0 section 5.3.
 * @param sub of the ID token, which the answer must repeat: section 5.3.2
 * @throws {OAuthError} `unverified` when it is about another member
 */
export async function fetchUserinfo(
  url: string,
  { headers, sub, errors }: { headers: Record<string, string>; sub: string; errors: ErrorFormat },
): Promise<Record<string, unknown>> {
  const claims = Userinfo.safeParse(readJson(await send({ url, headers }), errors)).data;
  if (claims?.sub !== sub) {
    throw new OAuthError("unverified", "Userinfo is not about the member of the ID token");
  }
  return claims;
}
