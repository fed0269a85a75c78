import "server-only";
import type { Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { recordEvent } from "../audit";
import { linkEvent, writeEvents } from "../events/record";
import { queueReplaced, revocableColumns } from "../revocation/queue";
import { healthyColumns } from "../tokens/link-tokens";
import { lockLinks, lockUsers } from "../tokens/locks";
import { resealed } from "../tokens/vault";
import { renewalOf } from "./adapter";
import { closeQuestion, openQuestion } from "./question";

export type MoveResult =
  | { kind: "brought"; connection: string }
  | { kind: "question_closed" | "member_taken" };

/** Who is signed in, and the hash of their session. */
type Session = { user: { id: string }; hash: string };

/**
 * Answers yes to "bring it here": the link moves to the user who is signed in, with the tokens of the flow that asked. The
 * user who is left with nothing is removed, with their sessions. All of it or nothing.
 */
export async function moveLink(
  session: Session,
  reference: string,
  now: Date,
): Promise<MoveResult> {
  return transaction((tx) => move(tx, session, reference, now));
}

async function move(
  tx: Transaction,
  { user, hash }: Session,
  reference: string,
  now: Date,
): Promise<MoveResult> {
  const addressee = { session: hash, reference };
  const question = await openQuestion(tx, addressee, now);
  if (question?.kind !== "elsewhere") return { kind: "question_closed" };
  const { connection, link, from, tokens, clientId } = question;
  const areHere = await lockUsers(tx, [user.id, from]);
  if (!(await closeQuestion(tx, addressee)) || !areHere) return { kind: "question_closed" };

  await lockLinks(tx, { userId: from });
  const links = await tx.account.findMany({ where: { userId: from }, select: revocableColumns });
  const before = links.find(({ id }) => id === link);
  // A client's user has no way in here, and may have links of several people: only this one moves.
  const { ofClient } = await tx.user.findUniqueOrThrow({ where: { id: from } });
  if (!before || (!ofClient && links.length > 1)) return { kind: "member_taken" };
  const renewed = { ...(await resealed(link, tokens)), clientId, ...healthyColumns(now) };
  await tx.$executeRaw(renewalOf(tx, link, { ...renewed, userId: user.id }));
  await queueReplaced(tx, { ...before, userId: user.id });
  if (!ofClient) {
    const waiting = { userId: from, outcome: null };
    await tx.revocation.updateMany({ where: waiting, data: { userId: user.id } });
    await tx.user.delete({ where: { id: from } });
  }
  const about = {
    outcome: "succeeded",
    actor: "user",
    accountId: link,
    connection,
    requestId: reference,
  } as const;
  await recordEvent(tx, { ...about, action: "bring", userId: user.id });
  await recordEvent(tx, { ...about, action: "moved_away", userId: from });
  const moved = { id: link, provider: connection };
  await writeEvents(tx, linkEvent(tx, { type: "link.reconnected", link: moved }));
  return { kind: "brought", connection };
}
