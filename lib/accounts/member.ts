import "server-only";
import { settings } from "@/lib/env";
import { OAuthError } from "@/lib/oauth/errors";
import { readJson, send } from "@/lib/oauth/transport";
import type { Connection } from "@/lib/portals/connections";
import type { Member } from "@/lib/portals/portal";

/**
 * Asks the portal whose access token this is; also the proof that the token works.
 * @throws {OAuthError} `invalid_token` when the portal refuses the token, `unexpected` when it names nobody
 */
export async function fetchMember(connection: Connection, accessToken: string): Promise<Member> {
  const answer = await send({
    url: connection.endpoints.MEMBER,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${accessToken}`, // RFC 6750 section 2.1
      "user-agent": settings().userAgent,
    },
  });
  const body = readJson(answer);
  try {
    return connection.portal.member.read(body);
  } catch (cause) {
    throw new OAuthError(
      "unexpected",
      "The portal's answer does not say who the member is",
      {},
      cause,
    );
  }
}
