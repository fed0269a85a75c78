import "server-only";
import type { Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { type By, recordEvent } from "../audit";
import { grantEnded, writeEvents } from "../events/record";
import { lockLinks, lockUser } from "../tokens/locks";

/** Which systems of others may use a link, and for which of their users. */

/** A client may no longer use a link of this user's. @returns null when it could not until now either */
export async function takeGrantBack(
  user: { id: string },
  { link, client }: { link: string; client: string },
  reference: string,
): Promise<{ connection: string } | null> {
  return transaction(async (tx) => {
    await lockUser(tx, user.id);
    const where = { id: link, userId: user.id };
    const found = await tx.account.findFirst({ where, select: { provider: true } });
    const grant = { clientId: client, accountId: link };
    if (!found || !(await endGrants(tx, grant, { actor: "user", reference }))) return null;
    return { connection: found.provider };
  });
}

/** Ends grants, within a transaction that has locked the users whose links they are for. @returns whether there were any */
export async function endGrants(
  tx: Transaction,
  where: { clientId: string; accountId: string } | { clientId: string; externalId: string },
  { actor, reference }: By,
): Promise<boolean> {
  const grants = await tx.grant.findMany({
    where,
    select: {
      ...{ clientId: true, externalId: true },
      account: { select: { id: true, userId: true, provider: true } },
    },
  });
  for (const { clientId, externalId, account } of grants) {
    await lockLinks(tx, { id: account.id }); // what is being told of it comes before its end
    await tx.grant.deleteMany({ where: { clientId, accountId: account.id } });
    const { id: accountId, userId, provider: connection } = account;
    const about = { userId, accountId, connection, clientId, requestId: reference };
    await recordEvent(tx, { action: "grant", outcome: "ended", actor, ...about });
    await writeEvents(tx, grantEnded(tx, { clientId, externalId }, account));
  }
  return grants.length > 0;
}
