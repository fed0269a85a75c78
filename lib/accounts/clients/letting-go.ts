import "server-only";
import { removalAt } from "@/lib/conversation/revocability";
import { database, type Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { signInOnly } from "@/lib/portals/sign-in-only";
import type { By } from "../audit";
import { endSessionsOf } from "../connect/ends";
import { dropImportsOf } from "../imports/spent";
import { endGrants } from "../links/grants";
import { comesByThemselves, removeLinks, removeUser, unlink } from "../links/unlink";
import { revokeSoon } from "../revocation/revocations";
import { isPasted } from "../tokens/link-tokens";
import { lockKnownClientUser, lockOwner, lockUser } from "../tokens/locks";
import { maySee, type ServiceKey } from "./service-keys";

/**
 * A client lets go of links: its grants end. A link that no client may use any more, and whose user does not come here without one, is of
 * no use to anyone and is removed.
 */

export type LetGo =
  | {
      kind: "let_go";
      grantEnded: boolean;
      unlinked: boolean;
      /** What has become of the permission at the portal so far; null where the link stays. */
      revocation: "revoked" | "queued" | "at_the_portal" | "not_needed" | null;
      /** The portal's page for it, where only the member can take the permission back. */
      removalUrl: string | null;
    }
  /** Its user would have no way left to sign in here. */
  | { kind: "last_way_in" };

/** What has ended here; `revocation` is its row in the queue, if it has got one. */
type Ended = {
  connection: string;
  grantEnded: boolean;
  unlinked: boolean;
  revocation: string | null;
  pasted: boolean;
};

/**
 * A client lets go of its grant; a key without a client unlinks. Waits for the portal for up to three seconds.
 * @returns null when the key may not know of such a link
 */
export async function letGo(
  key: ServiceKey,
  link: string,
  reference: string,
): Promise<LetGo | null> {
  const by: By = { actor: `key:${key.id}`, reference };
  const { client } = key;
  const ended = await (client === null
    ? unlinkFor(key, link, by)
    : endGrantOf({ ...key, client }, link, by));
  if (ended === null || ended === "last_way_in") return ended && { kind: ended };
  await revokeSoon([ended.revocation]);
  const { grantEnded, unlinked, connection } = ended;
  const revocation = unlinked ? await revocationOf(ended) : null;
  const removalUrl = revocation === "at_the_portal" ? (removalAt(connection)?.page ?? null) : null;
  return { kind: "let_go", grantEnded, unlinked, revocation, removalUrl };
}

async function unlinkFor(
  key: ServiceKey,
  id: string,
  { actor, reference }: By,
): Promise<Ended | "last_way_in" | null> {
  const db = await database();
  const link = await db.account.findUnique({
    where: { id },
    select: { userId: true, provider: true, _count: { select: { grants: true } } },
  });
  if (!link || !maySee(key, link.provider)) return null;
  const unlinked = await unlink({ id: link.userId }, id, reference, actor);
  if (unlinked.kind === "absent") return null;
  if (unlinked.kind === "last_way_in") return "last_way_in";
  return { ...unlinked, grantEnded: link._count.grants > 0, unlinked: true };
}

function endGrantOf(
  key: ServiceKey & { client: string },
  id: string,
  by: By,
): Promise<Ended | null> {
  return transaction(async (tx) => {
    const grant = { clientId: key.client, accountId: id };
    const found = await tx.grant.findUnique({
      where: { clientId_accountId: grant },
      select: { account: { select: { provider: true, type: true } } },
    });
    if (!found || !maySee(key, found.account.provider)) return null;
    await lockOwner(tx, id);
    if (!(await endGrants(tx, grant, by))) return null;
    const removed = await removeUnused(tx, id, by);
    return {
      connection: found.account.provider,
      grantEnded: true,
      unlinked: removed !== null,
      revocation: removed?.[0] ?? null,
      pasted: isPasted(found.account),
    };
  });
}

async function revocationOf({ connection, revocation, pasted }: Ended) {
  if (!revocation) {
    const isLeft = !pasted && removalAt(connection)?.revokes; // another link lives on the authorization
    return isLeft ? "not_needed" : "at_the_portal";
  }
  const db = await database();
  const row = await db.revocation.findUnique({
    where: { id: revocation },
    select: { outcome: true },
  });
  switch (row?.outcome) {
    case "revoked":
    case "not_needed":
      return row.outcome;
    case "refused":
      return "at_the_portal";
    default:
      return "queued";
  }
}

/** The user of a client, whose grants have ended. */
type ForgottenUser = {
  /** Portico's user that the links belonged to which came into being for them; null when there was none. */
  user: string | null;
  /** Whether that user stays: a person who comes here without the client. */
  stays: boolean;
  /** What portals are to be asked. */
  revocations: string[];
};

/** Lets go of all that a client has for a user of its own. @returns null when the client has no user of that id */
export async function letGoOfUser(
  clientId: string,
  externalId: string,
  by: By,
): Promise<ForgottenUser | null> {
  return transaction(async (tx) => {
    const clientUser = { clientId, externalId };
    const sessions = await endSessionsOf(tx, clientUser); // first: one that is being finished may make the user
    const imports = await dropImportsOf(tx, clientUser);
    const held = await lockKnownClientUser(tx, clientUser); // before any user, as everywhere; what is read before may change
    if (!held) {
      const { isAny, dropped: revocations } = sessions;
      return isAny ? { user: null, stays: false, revocations } : null;
    }
    const user = held.userId;
    const grants = await tx.grant.findMany({ where: clientUser, select: { accountId: true } });
    const links = grants.map(({ accountId }) => accountId);
    for (const link of links) await lockOwner(tx, link);
    if (user !== null) await lockUser(tx, user);
    await endGrants(tx, clientUser, by);
    const revocations = [...sessions.dropped, ...imports];
    for (const link of links) revocations.push(...((await removeUnused(tx, link, by)) ?? []));
    const isGone = user !== null && (await isOfNoUse(tx, clientUser, user));
    await tx.clientUser.delete({ where: { clientId_externalId: clientUser } });
    const stays = user !== null && !isGone && (await comesByThemselves(tx, user));
    if (stays) await leaveToThemselves(tx, user);
    else if (isGone) revocations.push(...(await removeUser(tx, user, by)));
    else if (user !== null) await unname(tx, user);
    return { user, stays, revocations };
  });
}

/**
 * A person goes on without the client. They may have left: who has not, signs in again. Their later links are ways in again, unless there are
 * some of the client's time, whose members may be others.
 */
async function leaveToThemselves(tx: Transaction, userId: string) {
  await tx.session.deleteMany({ where: { userId } });
  const links = { userId, provider: { notIn: [...signInOnly] } };
  const isFree =
    (await tx.clientUser.count({ where: { userId } })) === 0 &&
    (await tx.account.count({ where: links })) === 0;
  if (isFree) await tx.user.update({ where: { id: userId }, data: { ofClient: false } });
}

/** Forgets what a user whose links go on for other clients was called by this one. */
async function unname(tx: Transaction, userId: string) {
  const data = { name: null, email: null };
  await tx.user.updateMany({ where: { id: userId, ofClient: true }, data });
  await tx.account.updateMany({
    where: { userId, user: { ofClient: true } },
    data: { label: null },
  });
}

/** Lets go of all users of a client. @returns what portals are to be asked */
export async function letGoOfAll(clientId: string, reference: string): Promise<string[]> {
  const db = await database();
  const revocations: string[] = [];
  for (;;) {
    const users = await db.clientUser.findMany({
      where: { clientId },
      select: { externalId: true },
      take: 100,
    });
    if (users.length === 0) return revocations;
    for (const { externalId } of users) {
      const forgotten = await letGoOfUser(clientId, externalId, { actor: "system", reference });
      revocations.push(...(forgotten?.revocations ?? []));
    }
  }
}

/** Removes a link whose owner is locked. @returns null when it stays; otherwise its row in the queue, if it has got one */
async function removeUnused(tx: Transaction, id: string, by: By): Promise<string[] | null> {
  const link = await tx.account.findUnique({
    where: { id },
    select: { userId: true, _count: { select: { grants: true } } },
  });
  if (!link || link._count.grants > 0 || (await comesByThemselves(tx, link.userId))) return null;
  const revocations = await removeLinks(tx, { id }, by);
  return revocations.filter((each) => each !== null);
}

/** Whether a user whom a client has brought here is of no use to anyone: no one who comes by themselves, no other client's, no link that one may use. */
async function isOfNoUse(
  tx: Transaction,
  { clientId, externalId }: { clientId: string; externalId: string },
  id: string,
): Promise<boolean> {
  const others = { userId: id, NOT: { clientId, externalId } };
  if ((await tx.clientUser.count({ where: others })) > 0) return false;
  if ((await tx.grant.count({ where: { account: { userId: id } } })) > 0) return false;
  return !(await comesByThemselves(tx, id));
}
