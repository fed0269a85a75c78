import "server-only";
import { findConnection } from "@/lib/conversation/configuration";
import { canRevoke } from "@/lib/conversation/revocability";
import type { Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { isSignInOnly } from "@/lib/portals/sign-in-only";
import { type Actor, type By, recordEvent } from "../audit";
import { linkEvent, writeEvents } from "../events/record";
import { queueLink, type RevocableLink, revocableColumns } from "../revocation/queue";
import { isPasted } from "../tokens/link-tokens";
import { lockClientUsersOf, lockLinks, lockUser } from "../tokens/locks";

export type Unlinked =
  /** `revocation`: what the portal is to be asked, if it can be asked. `pasted`: the key was its member's own. */
  | { kind: "unlinked"; connection: string; revocation: string | null; pasted: boolean }
  | { kind: "last_way_in"; connection: string }
  | { kind: "absent" };

/**
 * Removes a user's own link, unless nothing would be left to sign in with. Its tokens are queued for the portal to revoke
 * where it can, and destroyed where it cannot.
 */
export async function unlink(
  user: { id: string },
  link: string,
  reference: string,
  actor: Actor = "user",
): Promise<Unlinked> {
  return transaction(async (tx) => {
    await lockUser(tx, user.id);
    const links = await tx.account.findMany({
      where: { userId: user.id },
      select: { id: true, ...wayInColumns },
    });
    const going = links.find(({ id, provider }) => id === link && !isSignInOnly(provider));
    if (!going) return { kind: "absent" };
    const connection = going.provider;
    const staying = links.filter((each) => each !== going);
    if (isWayIn(going) && !staying.some(isWayIn)) return { kind: "last_way_in", connection };
    const [revocation = null] = await removeLinks(tx, { id: going.id }, { actor, reference });
    return { kind: "unlinked", connection, revocation, pasted: isPasted(going) };
  });
}

/**
 * Removes a user with everything that is theirs: links and sessions, and tokens as `unlink` does. The record of what
 * happened stays.
 * @returns what portals are to be asked; null when there is no such user, who may have become another meanwhile
 */
export async function deleteAccount(
  user: { id: string },
  reference: string,
  actor: Actor = "user",
): Promise<string[] | null> {
  return transaction(async (tx) => {
    await lockClientUsersOf(tx, user.id);
    if (!(await lockUser(tx, user.id))) return null;
    return removeUser(tx, user.id, { actor, reference });
  });
}

/** The same within a transaction that has locked the user. */
export async function removeUser(tx: Transaction, id: string, by: By): Promise<string[]> {
  const revocations = await removeLinks(tx, { userId: id }, by);
  await tx.clientUser.deleteMany({ where: { userId: id, grants: { none: {} } } }); // others' links may still be used for them
  await tx.user.delete({ where: { id } });
  await recordEvent(tx, {
    action: "delete_account",
    outcome: "succeeded",
    actor: by.actor,
    userId: id,
    requestId: by.reference,
  });
  return revocations.filter((each) => each !== null);
}

/**
 * Removes links with all grants, within a transaction that has locked their user.
 * @returns each link's row in the queue, if it has got one
 */
export async function removeLinks(
  tx: Transaction,
  where: { id: string } | { userId: string },
  { actor, reference }: By,
) {
  await lockLinks(tx, where);
  const links: RevocableLink[] = await tx.account.findMany({ where, select: revocableColumns });
  for (const link of links.filter(({ provider }) => !isSignInOnly(provider)))
    await writeEvents(tx, linkEvent(tx, { type: "link.removed", link }));
  // That one of them was to be granted has no end to wait for any more.
  const renewals = { accountId: { in: links.map(({ id }) => id) }, kid: null };
  await tx.connectWaiting.deleteMany({ where: renewals });
  await tx.account.deleteMany({ where });
  const queued: (string | null)[] = [];
  for (const link of links) {
    const revocation = await queueLink(tx, link);
    queued.push(revocation);
    const { id: accountId, userId, provider: connection } = link;
    const about = { userId, accountId, connection, requestId: reference };
    await recordEvent(tx, { action: "unlink", outcome: "succeeded", actor, ...about });
    if (!revocation && (isPasted(link) || !canRevoke(connection))) {
      const outcome = isSignInOnly(connection) ? "not_needed" : "unsupported"; // it has no tokens
      await recordEvent(tx, { action: "revoke", outcome, actor: "system", ...about });
    }
  }
  return queued;
}

/** What has to be read of a link to tell whether it is a way in. */
export const wayInColumns = {
  provider: true,
  environment: true,
  type: true,
  user: { select: { ofClient: true } },
} as const;

/**
 * Whether a link can sign its user in here, in the environment it was made in. Those of a client's user cannot: a member who signs in
 * there gets a user of their own. The company login can.
 */
export function isWayIn(link: {
  provider: string;
  environment: string;
  type: string;
  user: { ofClient: boolean };
}) {
  const connection = findConnection(link.provider);
  if (link.user.ofClient && connection?.login === null) return false;
  return (
    !isPasted(link) &&
    connection?.signIn !== undefined &&
    connection.signIn !== "never" &&
    connection.environment === link.environment
  );
}

/** Whether a user comes here without any client: has a way to sign in, or has come in by a company login, be it set up now or not. */
export async function comesByThemselves(tx: Transaction, userId: string): Promise<boolean> {
  const links = await tx.account.findMany({ where: { userId }, select: wayInColumns });
  return links.some((link) => isSignInOnly(link.provider) || isWayIn(link));
}
