import "server-only";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import type { Connection } from "@/lib/portals/connections";
import { healthyColumns } from "../tokens/link-tokens";
import { tokenColumns } from "../tokens/vault";

export type LinkColumns = Awaited<ReturnType<typeof linkColumns>>;

/** What a portal has just said about a member, as the columns of their link: tokens sealed for exactly that row. */
export async function linkColumns(
  linkId: string,
  { connection, member, tokens, now }: MemberTokens & { connection: Connection; now: Date },
) {
  const { id: _, untried, ...shown } = member;
  const { portal } = connection;
  return {
    ...(await tokenColumns(linkId, tokens)),
    token_type: portal.protocol === "oauth1" ? "oauth1" : portal.scheme.toLowerCase(),
    clientId: connection.registration.id,
    member: shown,
    ...healthyColumns(now),
    ...(untried && { checkedAt: null, checkOutcome: null }),
  };
}
