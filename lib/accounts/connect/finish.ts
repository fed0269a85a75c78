import "server-only";
import { findConnection } from "@/lib/conversation/configuration";
import { nowIn } from "@/lib/db/clock";
import { wasOvertaken } from "@/lib/db/conflicts";
import type { Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import type { Connection } from "@/lib/portals/connections";
import type { By } from "../audit";
import { linkCreated, linkEvent, sessionEnded, writeEvents } from "../events/record";
import { linkingAdapter, renewalOf } from "../linking/adapter";
import { type ExistingLink, lockLink } from "../linking/expected-member";
import { oneUser } from "../linking/one-user";
import { queueReplaced, revocableColumns } from "../revocation/queue";
import { revokeSoon } from "../revocation/revocations";
import { holdIssued } from "../tokens/held-tokens";
import { healthyColumns, openColumn } from "../tokens/link-tokens";
import { lockClient, lockOwner } from "../tokens/locks";
import { type TokenColumn, vault } from "../tokens/vault";
import { type ClientLink, type ClientOwner, grantLink, recordLink, userFor } from "./client-user";
import { endSession, recordSession } from "./ends";
import { judge, type Proof } from "./proof";
import { type ConnectSession, isFinal, lockSession } from "./sessions";
import { dropWaiting, giveBack, type Waiting, type WaitingTokens, waitingIn } from "./waiting";

/** The end of a connect session: the client says who has come back, and what waits becomes links that it may use. */

/** So long the same call has the same answer: its first answer may be lost. */
const REPEATED_MS = 10 * 60_000;

export type Finished =
  | { kind: "finished"; links: readonly string[] }
  | { kind: "absent" }
  /** `wrong`: nothing has changed. In all other cases the session is destroyed. */
  | { kind: "refused"; why: "wrong" | "destroyed" | "other_user" | "grant_ended" | "over" };

/**
 * Finishes a session. Only with the code of the last way back, the verifier where there was a challenge, and the id that the session was
 * begun for does anything become active.
 */
export async function finishSession(
  clientId: string,
  id: string,
  proof: Proof,
  by: By,
): Promise<Finished> {
  const attempt = () => transaction((tx) => finishOrDestroy(tx, clientId, id, { ...proof, ...by }));
  const again = (error: unknown) => {
    if (!wasOvertaken(error)) throw error;
    return attempt(); // another has made the same link, or user, and it is there now; or has removed it
  };
  const { finished, dropped } = await attempt().catch(again).catch(again);
  void revokeSoon(dropped);
  return finished;
}

type Call = Proof & By;
type Ended = { finished: Finished; dropped: readonly (string | null)[] };

async function finishOrDestroy(
  tx: Transaction,
  clientId: string,
  id: string,
  call: Call,
): Promise<Ended> {
  const session = await lockSession(tx, id);
  if (session?.clientId !== clientId) return { finished: { kind: "absent" }, dropped: [] };
  const refused = (why: Extract<Finished, { kind: "refused" }>["why"]): Finished => ({
    kind: "refused",
    why,
  });
  if (isFinal(session)) {
    if (session.status === "finished")
      return { finished: await again(tx, session, call), dropped: [] };
    // Where time has ended it, what waits may still be there.
    return { finished: refused("over"), dropped: await dropWaiting(tx, session.id) };
  }
  const destroy = async (why: "destroyed" | "other_user" | "grant_ended") => ({
    finished: refused(why),
    dropped: await endSession(tx, session, "failed", call),
  });
  const judged = await judge(tx, session, call);
  if (judged === "wrong") return { finished: refused("wrong"), dropped: [] };
  if (judged !== "right") return destroy(judged);
  if (session.accountId !== null && !(await isGranted(tx, session, session.accountId))) {
    return destroy("grant_ended");
  }
  return makeActive(tx, session, call);
}

/** The same call once more, or another that comes too late. */
async function again(tx: Transaction, session: ConnectSession, call: Call): Promise<Finished> {
  const isSoon = (await nowIn(tx)).getTime() - session.expiresAt.getTime() < REPEATED_MS;
  const isSame = (await judge(tx, session, call)) === "right";
  return isSoon && isSame
    ? { kind: "finished", links: session.links }
    : { kind: "refused", why: "over" };
}

async function isGranted(
  tx: Transaction,
  { clientId, externalId }: ConnectSession,
  accountId: string,
) {
  return (await tx.grant.count({ where: { clientId, externalId, accountId } })) > 0;
}

async function makeActive(tx: Transaction, session: ConnectSession, call: Call): Promise<Ended> {
  const { clientId, externalId, name, email } = session;
  if (!(await lockClient(tx, clientId))) return { finished: { kind: "absent" }, dropped: [] };
  const clientUser = { clientId, externalId };
  await oneUser(tx, clientUser, call);
  const links: string[] = [];
  const dropped: (string | null)[] = [];
  const problems = { ...session.problems };
  for (const row of await waitingIn(tx, session.id)) {
    await tx.connectWaiting.delete({ where: { id: row.id } });
    const connection = findConnection(row.connection);
    const owner = { ...clientUser, ...call, shown: { name, email } };
    const link =
      connection?.environment === row.environment
        ? await linkFrom(tx, connection, row, owner, dropped)
        : null;
    if (!link) dropped.push(await giveBack(tx, row));
    else if (await grantLink(tx, clientUser, link, call)) links.push(link.id);
    else problems[row.connection] = "linked_for_another";
  }
  await tx.connectSession.update({
    where: { id: session.id },
    data: { status: "finished", expiresAt: await nowIn(tx), links, problems },
  });
  await tx.$executeRaw(sessionEnded(tx, session, "finished"));
  await recordSession(tx, session, "finished", call);
  return { finished: { kind: "finished", links }, dropped };
}

type Owner = ClientOwner & Call;

/** The link that a waiting row becomes, or has renewed. @returns null when it is gone */
async function linkFrom(
  tx: Transaction,
  connection: Connection,
  row: Waiting,
  owner: Owner,
  dropped: (string | null)[],
): Promise<ClientLink | null> {
  if (row.accountId !== null) {
    await lockOwner(tx, row.accountId);
    const link = await tx.account.findUnique({
      where: { id: row.accountId },
      select: revocableColumns,
    });
    if (link && row.columns !== null) dropped.push(await renew(tx, link, row, owner));
    return link;
  }
  if (row.columns === null) return null;
  const isNamed = connection.portal.member.identified;
  const member = { id: isNamed ? row.member : null };
  const found = await lockLink(tx, connection, member, { expected: { who: "first" }, owner: null });
  if (found) dropped.push(await renew(tx, found, row, owner)); // another session was faster
  return found ?? create(tx, connection, row, owner);
}

/** Gives a link the tokens that wait, unless it has had newer ones since. @returns what is to be revoked then */
async function renew(
  tx: Transaction,
  link: Omit<ExistingLink, "toldBroken" | "toldDays" | "ofClient">,
  row: WaitingTokens,
  call: Call,
): Promise<string | null> {
  const where = { id: link.id };
  const { tokensAt } = await tx.account.findUniqueOrThrow({ where, select: { tokensAt: true } });
  if (tokensAt && tokensAt >= row.columns.tokensAt) return giveBack(tx, row);
  const sealed = await sealedFor(link.id, row);
  const columns = { ...row.columns, ...sealed, ...healthyColumns(row.createdAt) };
  await tx.$executeRaw(renewalOf(tx, link.id, columns));
  const connection = findConnection(row.connection);
  if (connection) await hold(tx, link.id, connection, row);
  await queueReplaced(tx, link);
  await writeEvents(tx, linkEvent(tx, { type: "link.reconnected", link }));
  await recordLink(tx, "relink", link, call);
  return null;
}

async function create(
  tx: Transaction,
  connection: Connection,
  row: WaitingTokens,
  owner: Owner,
): Promise<ClientLink> {
  const { access_token, refresh_token, oauth_token_secret, kid, columns, member: key } = row;
  const userId = await userFor(tx, owner);
  const sealed = { access_token, refresh_token, oauth_token_secret, kid: kid ?? vault().kid };
  const healthy = healthyColumns(row.createdAt);
  await linkingAdapter(tx).linkAccount({
    ...{ id: row.id, userId, connection, key },
    columns: { ...healthy, ...columns, ...sealed },
  });
  const link = { id: row.id, userId, provider: connection.id };
  await hold(tx, link.id, connection, row);
  await writeEvents(tx, linkCreated(tx, link));
  await recordLink(tx, "link", link, owner);
  return link;
}

/** The access token is given to back ends from now on. */
async function hold(tx: Transaction, link: string, connection: Connection, row: WaitingTokens) {
  const accessToken = await openColumn(row, "access_token");
  if (accessToken === null) return;
  const { expires_at } = row.columns;
  const expiresAt = expires_at === null ? null : new Date(expires_at * 1000);
  for (const write of holdIssued(tx, link, connection, { accessToken, expiresAt })) {
    await tx.$executeRaw(write);
  }
}

/** Tokens that wait, for a link with an id of its own. */
async function sealedFor(accountId: string, row: WaitingTokens) {
  const reseal = async (column: TokenColumn) => {
    const token = await openColumn(row, column);
    return token === null ? null : vault().seal(token, { accountId, column });
  };
  return {
    access_token: await reseal("access_token"),
    refresh_token: await reseal("refresh_token"),
    oauth_token_secret: await reseal("oauth_token_secret"),
    kid: vault().kid,
  };
}
