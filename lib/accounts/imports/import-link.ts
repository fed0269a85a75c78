import "server-only";
import { randomUUID } from "node:crypto";
import { wasOvertaken } from "@/lib/db/conflicts";
import { type Database, database, type Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import type { TokenSet } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";
import { log } from "@/lib/process/log";
import { type By, recordEvent } from "../audit";
import { type ClientOwner, grantLink, userFor } from "../connect/client-user";
import { linkCreated, linkEvent, writeEvents } from "../events/record";
import { linkingAdapter, renewalOf } from "../linking/adapter";
import { keyOfLink, lockLink } from "../linking/expected-member";
import { linkColumns } from "../linking/link-columns";
import { oneUser } from "../linking/one-user";
import {
  queueReplaced,
  queueRevocation,
  type RevocableLink,
  revocableColumns,
  unowned,
} from "../revocation/queue";
import { revokeSoon } from "../revocation/revocations";
import { holderOf, holdImported } from "../tokens/held-tokens";
import { lockClient, lockOwner } from "../tokens/locks";
import { AT_IT, type Proof, prove } from "./prove";
import { endSpending, type Spending, takeBack } from "./spent";

/** Tokens that a client already has become links of its users. Nothing counts before the portal has said that they work. */

export type Import = ClientOwner &
  By & {
    connection: Connection;
    label: string | null;
    tokens: TokenSet;
  };

/** What the client has here for these tokens' member. */
type Known =
  /** The client may use the link for this user already. */
  | { kind: "already_linked"; link: string }
  /** The client uses it for another of its users. */
  | { kind: "linked_for_another" }
  /** The member's link here is not one that the client may use. */
  | { kind: "member_linked_elsewhere" };

export type Imported = (
  | { kind: "imported"; link: string }
  | Known
  | { kind: "refused_by_the_portal"; reason: string }
  | { kind: "no_such_client" }
) & {
  /** Whether the refresh token was spent to prove the tokens, or may have been; null where that was not asked now. */
  isSpent: boolean | null;
};

/** The portal cannot be asked now: the same again, in so many seconds. */
export type PutOff = { kind: "portal_unavailable"; reason: string; retryAfter: number };

/**
 * Makes a link of tokens, for a client's user. The same import again finds the link that is there already, so after a kill, or an answer
 * that was lost, it is to be sent again.
 */
export async function importLink(wish: Import): Promise<Imported | PutOff> {
  const known = await knownImport(wish);
  if (known) return known;
  const proof = await prove(wish.connection, wish.tokens, wish);
  if (proof.kind === "unavailable") return { ...proof, kind: "portal_unavailable" };
  const attempt = () => transaction((tx) => write(tx, wish, proof));
  const again = (error: unknown) => {
    if (!wasOvertaken(error) && !(error instanceof Overtaken)) throw error;
    return attempt(); // another has made the same link, or user, and it is there now; or has removed it
  };
  const { imported, dropped } = await attempt().catch(again).catch(again);
  void revokeSoon([dropped]);
  return imported;
}

/** What an import comes to whose tokens this connection has had before. @returns null when it has not */
export async function knownImport(wish: Import): Promise<Imported | null> {
  const db = await database();
  const holder = await holderOf(db, wish.connection, wish.tokens);
  return holder === null ? null : { ...(await knownTo(db, wish, holder)), isSpent: null };
}

async function knownTo(
  db: Database | Transaction,
  { clientId, externalId }: Import,
  accountId: string,
): Promise<Known> {
  const where = { clientId_accountId: { clientId, accountId } };
  const grant = await db.grant.findUnique({ where });
  if (!grant) return { kind: "member_linked_elsewhere" };
  const isTheirs = grant.externalId === externalId;
  return isTheirs ? { kind: "already_linked", link: accountId } : { kind: "linked_for_another" };
}

type Written = { imported: Imported | PutOff; dropped: string | null };

/** Another process goes on with it. */
const tookOver: Written = {
  imported: { kind: "portal_unavailable", reason: AT_IT, retryAfter: 5 },
  dropped: null,
};

/** Another import was faster with the same tokens: it is to be looked at again. */
class Overtaken extends Error {}

type Proved = Extract<Proof, { kind: "proved" }>;
type Judged = Exclude<Proof, { kind: "unavailable" }>;

/** All of it or nothing. What came in place of a refresh token is a link's afterwards, or in the queue of revocations. */
async function write(tx: Transaction, wish: Import, proof: Judged): Promise<Written> {
  const { spending } = proof;
  const isSpent = spending !== null && (spending.tokens !== null || spending.isDoubtful);
  if (spending && !(await endSpending(tx, spending))) return tookOver;
  if (proof.kind === "refused") {
    const { reason } = proof;
    log("info", "import.refused", { connection: wish.connection.id, reason });
    const dropped = await giveBack(tx, wish, spending, null);
    return { imported: { kind: "refused_by_the_portal", reason, isSpent }, dropped };
  }
  if (!(await lockClient(tx, wish.clientId))) {
    const dropped = await giveBack(tx, wish, spending, proof.member.id);
    return { imported: { kind: "no_such_client", isSpent }, dropped };
  }
  const found = await lockFound(tx, wish, proof);
  if (!found) {
    return {
      imported: { kind: "imported", link: await create(tx, wish, proof), isSpent },
      dropped: null,
    };
  }
  const imported = { ...(await knownTo(tx, wish, found.id)), isSpent };
  if (found.environment !== wish.connection.environment) {
    return { imported, dropped: await giveBack(tx, wish, spending, proof.member.id) };
  }
  if (spending) await renew(tx, found, wish, proof);
  return { imported, dropped: null };
}

/** The link that is there for these tokens already: by its member, or by the tokens themselves. */
async function lockFound(
  tx: Transaction,
  { connection, tokens }: Import,
  { member }: Proved,
): Promise<RevocableLink | null> {
  if (member.id !== null) {
    return lockLink(tx, connection, member, { expected: { who: "first" }, owner: null });
  }
  const id = await holderOf(tx, connection, tokens);
  if (id === null || (await lockOwner(tx, id)) === null) return null;
  return tx.account.findUnique({ where: { id }, select: revocableColumns });
}

async function create(tx: Transaction, wish: Import, proof: Proved): Promise<string> {
  const { connection, clientId, externalId, label } = wish;
  const { member, spending } = proof;
  const id = spending?.id ?? randomUUID();
  await oneUser(tx, { clientId, externalId }, wish);
  const userId = await userFor(tx, wish);
  const { isTheirOwn, ...seen } = member;
  const arrived = { connection, member: seen, tokens: proof.tokens, now: new Date() };
  await linkingAdapter(tx).linkAccount({
    ...{ id, userId, connection, label, byKeys: isTheirOwn },
    key: member.id ?? keyOfLink(connection.environment, id),
    columns: await linkColumns(id, arrived),
  });
  const link = { id, userId, provider: connection.id };
  await hold(tx, id, wish, proof);
  await writeEvents(tx, linkCreated(tx, link));
  await record(tx, "succeeded", link, wish);
  await grantLink(tx, { clientId, externalId }, link, wish);
  return id;
}

/** The link lives on what came in place of the refresh token: with it the portal may have ended what the link had. */
async function renew(tx: Transaction, found: RevocableLink, wish: Import, proof: Proved) {
  const { isTheirOwn: _, ...member } = proof.member;
  const arrived = { connection: wish.connection, member, tokens: proof.tokens, now: new Date() };
  await tx.$executeRaw(renewalOf(tx, found.id, await linkColumns(found.id, arrived)));
  await hold(tx, found.id, wish, proof);
  await queueReplaced(tx, found);
  await writeEvents(tx, linkEvent(tx, { type: "link.reconnected", link: found }));
  await record(tx, "renewed", found, wish);
}

function record(
  tx: Transaction,
  outcome: "succeeded" | "renewed",
  {
    id: accountId,
    userId,
    provider: connection,
  }: Pick<RevocableLink, "id" | "userId" | "provider">,
  { actor, clientId, reference: requestId }: Import,
) {
  const about = { userId, accountId, connection, clientId };
  return recordEvent(tx, { action: "import", outcome, actor, requestId, ...about });
}

async function hold(tx: Transaction, link: string, { connection, tokens }: Import, proof: Proved) {
  const all = proof.spending ? [tokens, proof.tokens] : [tokens];
  for (const each of all) {
    if (!(await holdImported(tx, link, connection, each))) throw new Overtaken();
  }
}

/** What came in place of a refresh token goes back to the portal. */
async function giveBack(
  tx: Transaction,
  { connection }: Import,
  spending: Spending | null,
  member: string | null,
): Promise<string | null> {
  if (!spending?.tokens) return null;
  if (member === null) return takeBack(tx, connection, spending.id, spending.tokens);
  const authorization = unowned(connection, { holder: spending.id, member });
  return queueRevocation(tx, authorization, spending.tokens);
}
