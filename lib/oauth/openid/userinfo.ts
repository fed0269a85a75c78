import { z } from "zod";
import { OAuthError, type Refusal } from "../errors";
import { readJson, send } from "../transport";

const Userinfo = z.looseObject({ sub: z.string() });

/**
 * Asks for more claims about the member, OpenID Connect Core 1.0 section 5.3.
 * @param sub of the ID token, which the answer must repeat: section 5.3.2
 * @throws {OAuthError} `unverified` when it is about somebody else
 */
export async function fetchUserinfo(
  url: string,
  {
    headers,
    sub,
    refusals,
  }: { headers: Record<string, string>; sub: string; refusals: readonly Refusal[] },
): Promise<Record<string, unknown>> {
  const claims = Userinfo.safeParse(readJson(await send({ url, headers }), refusals)).data;
  if (claims?.sub !== sub) {
    throw new OAuthError("unverified", "Userinfo is not about the member of the ID token");
  }
  return claims;
}
