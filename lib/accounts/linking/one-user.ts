import "server-only";
import { connections } from "@/lib/conversation/configuration";
import type { Transaction } from "@/lib/db/database";
import type { Connection } from "@/lib/portals/connections";
import { loginKey, subIn } from "@/lib/portals/login";
import { type By, recordEvent } from "../audit";
import { lockClientUser, lockLinks, lockUsers } from "../tokens/locks";
import { bindClient } from "./login-check";

/**
 * `COMPANY_LOGIN_CLIENT` declares that a client and the company login call a person by the same id. A person who signs in by the one and
 * is brought here by the other is then one user of ours. Without that setting an equal id says nothing.
 */

/** What a client's own name for one of its users looks like. */
export const EXTERNAL_ID = /^[A-Za-z0-9._~:@+-]{1,255}$/;

type ClientUser = { clientId: string; externalId: string };

/** @returns null where the login declares nothing, "unfit" where its id can be no client's id of a user */
export function clientUserOf(
  { login, issuer }: Connection,
  member: string | null,
): ClientUser | "unfit" | null {
  if (!login?.client || !issuer || member === null) return null;
  const externalId = subIn(member, issuer);
  if (externalId === null) return null;
  return EXTERNAL_ID.test(externalId) ? { clientId: login.client, externalId } : "unfit";
}

/**
 * The one user of ours that a client's user is, by now and until the end of the transaction: its own, or that of the company login. If
 * there are two, all that the latter has moves to the former. Sessions that the login's user had until then end: a login at a portal may
 * have begun them, and it does not open what the client links. The caller has locked the client.
 * @returns null where there is none yet; else a user who is locked, so that what is given to them is not removed unseen
 */
export async function oneUser(
  tx: Transaction,
  { clientId, externalId }: ClientUser,
  by: By,
): Promise<string | null> {
  const clientUser = { clientId, externalId };
  const { ofClient, ofLogin } = await lockBoth(tx, clientUser);
  if (ofLogin === null || ofLogin === ofClient) return ofClient;
  if (ofClient === null) {
    await tx.session.deleteMany({ where: { userId: ofLogin } });
    await joinClient(tx, clientUser, ofLogin);
    return ofLogin;
  }
  await moveAll(tx, { from: ofLogin, to: ofClient }, by);
  return ofClient;
}

/** Who may have been moved, or removed, by the time that they are locked. */
async function lockBoth(tx: Transaction, clientUser: ClientUser) {
  const ofClient = await lockClientUser(tx, clientUser); // no other process changes or removes that one until the end
  for (;;) {
    const ofLogin = await loginUser(tx, clientUser);
    const both = [ofClient, ofLogin].filter((id) => id !== null);
    await lockUsers(tx, both);
    const isStill = ofLogin === null || (await loginUser(tx, clientUser)) === ofLogin;
    if (isStill) return { ofClient, ofLogin };
  }
}

/** A user of ours is that of a client's user from now on. Their links elsewhere let no member in to the others. */
export async function joinClient(
  tx: Transaction,
  clientUser: ClientUser,
  userId: string,
): Promise<void> {
  await tx.user.update({ where: { id: userId }, data: { ofClient: true } });
  await tx.clientUser.update({ where: { clientId_externalId: clientUser }, data: { userId } });
}

/** The user who comes in by the login that calls them so. */
async function loginUser(tx: Transaction, { clientId, externalId }: ClientUser) {
  const connection = connections().find(({ login }) => login?.client === clientId);
  if (!connection?.issuer) return null;
  const key = {
    provider: connection.id,
    providerAccountId: loginKey(connection.issuer, externalId),
  };
  const found = await tx.account.findUnique({
    where: { provider_providerAccountId: key },
    select: { userId: true },
  });
  if (!found || !(await bindClient(tx, clientId, connection))) return null;
  return found.userId;
}

/** The user who is left with nothing is removed, with their sessions. */
async function moveAll(
  tx: Transaction,
  { from, to }: { from: string; to: string },
  { actor, reference }: By,
): Promise<void> {
  await lockLinks(tx, { userId: from });
  const links = await tx.account.findMany({
    where: { userId: from },
    select: { id: true, provider: true },
  });
  await tx.account.updateMany({ where: { userId: from }, data: { userId: to } });
  await tx.clientUser.updateMany({ where: { userId: from }, data: { userId: to } });
  const waiting = { userId: from, outcome: null };
  await tx.revocation.updateMany({ where: waiting, data: { userId: to } });
  await tx.user.delete({ where: { id: from } });
  for (const { id: accountId, provider: connection } of links) {
    const about = { actor, accountId, connection, requestId: reference };
    await recordEvent(tx, { ...about, action: "bring", outcome: "succeeded", userId: to });
    await recordEvent(tx, { ...about, action: "moved_away", outcome: "succeeded", userId: from });
  }
}
