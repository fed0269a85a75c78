import "server-only";
import type { Transaction } from "@/lib/db/database";

/**
 * Makes every other transaction that changes this user's links wait for this one: two that each leave the other's link as
 * the last way in would otherwise leave none.
 * @returns whether there is such a user
 */
export async function lockUser(tx: Transaction, id: string): Promise<boolean> {
  const held = await tx.user.updateMany({ where: { id }, data: { updatedAt: new Date() } });
  return held.count > 0;
}

/** The same for several, in one order, or two could wait for each other. @returns whether all are there */
export async function lockUsers(tx: Transaction, ids: readonly string[]): Promise<boolean> {
  let areHere = true;
  for (const id of new Set(ids.toSorted())) areHere = (await lockUser(tx, id)) && areHere;
  return areHere;
}

/**
 * The same for the user of a link, who may be another by the time that they are locked.
 * @returns whose link it is; null when it is gone
 */
export async function lockOwner(tx: Transaction, link: string): Promise<string | null> {
  for (;;) {
    const owner = await ownerOf(tx, link);
    if (owner === null) return null;
    await lockUser(tx, owner);
    if ((await ownerOf(tx, link)) === owner) return owner;
  }
}

async function ownerOf(tx: Transaction, id: string) {
  const found = await tx.account.findUnique({ where: { id }, select: { userId: true } });
  return found?.userId ?? null;
}

/**
 * Makes every other transaction that writes to these links wait for this one. Before their tokens are read to be given back:
 * a refresh may be writing others at that moment.
 */
export async function lockLinks(
  tx: Transaction,
  where: { id: string } | { userId: string },
): Promise<void> {
  await tx.account.updateMany({ where, data: { updatedAt: new Date() } });
}

/** Makes every other transaction that counts on this client, or changes it, wait for this one. @returns whether there is such a client */
export async function lockClient(tx: Transaction, id: string): Promise<boolean> {
  const { count } = await tx.client.updateMany({ where: { id }, data: { id } });
  return count > 0;
}

/**
 * Makes every other transaction that is about this client's user wait for this one: two at once would give them two users of ours. A
 * client's user that is not there yet is from now on.
 * @returns its user of ours; null while there is none
 */
export async function lockClientUser(
  tx: Transaction,
  clientUser: { clientId: string; externalId: string },
): Promise<string | null> {
  const where = { clientId_externalId: clientUser };
  for (;;) {
    await tx.clientUser.upsert({ where, create: clientUser, update: {} });
    const held = await lockKnownClientUser(tx, clientUser);
    if (held) return held.userId; // else it has just been removed
  }
}

/** The same for one that is there already. @returns null when it is not */
export async function lockKnownClientUser(
  tx: Transaction,
  clientUser: { clientId: string; externalId: string },
): Promise<{ userId: string | null } | null> {
  await tx.clientUser.updateMany({ where: clientUser, data: clientUser });
  return tx.clientUser.findUnique({
    where: { clientId_externalId: clientUser },
    select: { userId: true },
  });
}

/**
 * The same for all clients' users that a user of ours is. Before that user is locked: in another order, two transactions could wait for
 * each other.
 */
export async function lockClientUsersOf(
  tx: Transaction,
  userId: string,
): Promise<{ clientId: string; externalId: string }[]> {
  const found = await tx.clientUser.findMany({
    where: { userId },
    select: { clientId: true, externalId: true },
    orderBy: [{ clientId: "asc" }, { externalId: "asc" }],
  });
  const theirs = [];
  for (const each of found) {
    if ((await lockKnownClientUser(tx, each))?.userId === userId) theirs.push(each);
  }
  return theirs;
}
