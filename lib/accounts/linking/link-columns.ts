import "server-only";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import type { Connection } from "@/lib/portals/connections";
import { healthyColumns } from "../tokens/link-tokens";
import { tokenColumns } from "../tokens/vault";

const noTokens = {
  ...{ access_token: null, refresh_token: null, oauth_token_secret: null, kid: null },
  ...{ expires_at: null, issuedAt: null, scope: null, token_type: null },
};

export type LinkColumns = Awaited<ReturnType<typeof linkColumns>>;

/**
 * What a portal has just said about a member, as the columns of their link: tokens sealed for exactly that row. Of a portal that does
 * nothing but sign people in none is kept: there is nothing to use them for.
 */
export async function linkColumns(
  linkId: string,
  { connection, member, tokens, now }: MemberTokens & { connection: Connection; now: Date },
) {
  const { id: _, untried, ...shown } = member;
  const { portal } = connection;
  const healthy = healthyColumns(now);
  if (connection.login) {
    return {
      ...noTokens,
      clientId: connection.registration.id,
      member: shown,
      ...{ ...healthy, tokensAt: null, checkedAt: null, checkOutcome: null },
    };
  }
  return {
    ...(await tokenColumns(linkId, tokens)),
    token_type: portal.protocol === "oauth1" ? "oauth1" : portal.scheme.toLowerCase(),
    clientId: connection.registration.id,
    member: shown,
    ...healthy,
    ...(untried && { checkedAt: null, checkOutcome: null }),
  };
}
