import "server-only";
import { randomUUID } from "node:crypto";
import type { AdapterAccount } from "next-auth/adapters";
import { queueReplaced, revocableColumns } from "@/lib/accounts/revocation/queue";
import { healthyColumns } from "@/lib/accounts/tokens/link-tokens";
import { lockLinks } from "@/lib/accounts/tokens/locks";
import { tokenColumns } from "@/lib/accounts/tokens/vault";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import type { Transaction } from "@/lib/db/database";
import type { Connection } from "@/lib/portals/connections";
import { adapterFor } from "./adapter";

/** A link as a row, in the transaction that decides whose it is. */

type Written = MemberTokens & { connection: Connection; now: Date };

/** @returns the link's id */
export async function createLink(
  tx: Transaction,
  { userId, key }: { userId: string; key: string },
  trip: Written,
) {
  const { connection } = trip;
  const id = randomUUID();
  const link = {
    id,
    userId,
    type: connection.portal.protocol === "openid" ? ("oidc" as const) : ("oauth" as const),
    provider: connection.id,
    providerAccountId: key,
    environment: connection.environment,
    ...(await linkColumns(id, trip)),
  };
  await adapterFor(tx).linkAccount(link as unknown as AdapterAccount); // our columns are null where its are absent
  return id;
}

/** New tokens replace the old every time: Auth.js by itself keeps the first for ever. */
export async function renewLink(tx: Transaction, id: string, trip: Written) {
  await lockLinks(tx, { id });
  const before = await tx.account.findUniqueOrThrow({ where: { id }, select: revocableColumns });
  await tx.account.update({
    where: { id },
    data: { ...(await linkColumns(id, trip)), generation: { increment: 1 } },
  });
  await queueReplaced(tx, before);
  return id;
}

async function linkColumns(id: string, { connection, member, tokens, now }: Written) {
  const { id: _, ...shown } = member;
  const { portal } = connection;
  return {
    ...(await tokenColumns(id, tokens)),
    token_type: portal.protocol === "oauth1" ? "oauth1" : portal.scheme.toLowerCase(),
    clientId: connection.registration.id,
    member: shown,
    ...healthyColumns(now),
  };
}
