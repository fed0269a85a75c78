import "server-only";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import type { Transaction } from "@/lib/db/database";
import { together, type Write } from "@/lib/db/together";
import { transaction } from "@/lib/db/transaction";
import type { Connection } from "@/lib/portals/connections";
import { recordOf } from "../audit";
import { linkEvent } from "../events/record";
import { renewalOf } from "../linking/adapter";
import { type ExistingLink, lockLink } from "../linking/expected-member";
import { linkColumns } from "../linking/link-columns";
import { queueReplaced, queueRevocation, unowned } from "../revocation/queue";
import { revokeSoon } from "../revocation/revocations";
import { type ConnectSession, isFinal, lockSession } from "./sessions";
import { keepRenewal, keepTokens } from "./waiting";

/** What a portal has said on a trip that a connect session began. */
export type Arrival = MemberTokens & {
  connection: Connection;
  /** The session's id. */
  session: string;
  reference: string;
  now: Date;
  /** What else is written in the same transaction. */
  alsoWrite: (tx: Transaction, kept: Kept) => Promise<readonly Write[]>;
  /** Done in it however it ends. It may undo all of it. */
  end?: (tx: Transaction) => Promise<void>;
};

/** `isAll`: only one portal was asked for, so the person goes straight back to the client. */
export type Kept = { kind: "kept"; isAll: boolean };

export type NotKept = {
  kind:
    | "session_over"
    | "other_environment"
    /** The link that is to be renewed is another member's. */
    | "other_login"
    /** The client may use this link already, for another of its users. The link has its new tokens. */
    | "linked_for_another";
};

/**
 * Keeps what a portal has said until the client finishes its session. Where the portal names the member and a link of theirs is here,
 * that link has its new tokens at once: to be connected again costs no link that works.
 */
export async function keep(arrival: Arrival): Promise<Kept | NotKept> {
  const { outcome, dropped } = await transaction((tx) => keepOrDrop(tx, arrival));
  if (dropped) void revokeSoon([dropped]);
  return outcome;
}

async function keepOrDrop(tx: Transaction, arrival: Arrival) {
  const session = await lockSession(tx, arrival.session);
  const outcome =
    session && !isFinal(session)
      ? await keepIn(tx, session, arrival)
      : ({ kind: "session_over" } as const);
  await arrival.end?.(tx);
  const isLost = outcome.kind !== "kept" && outcome.kind !== "linked_for_another";
  return { outcome, dropped: isLost ? await giveBack(tx, arrival) : null };
}

async function keepIn(
  tx: Transaction,
  session: ConnectSession,
  arrival: Arrival,
): Promise<Kept | NotKept> {
  const { connection, member, reference } = arrival;
  const found = await lockLink(tx, connection, member, { expected: { who: "first" }, owner: null });
  if (found && found.environment !== connection.environment) return { kind: "other_environment" };
  const isOther = session.accountId !== null && member.id !== null;
  if (isOther && found?.id !== session.accountId) return { kind: "other_login" };

  if (found) {
    await renew(tx, found, arrival);
    const grant = await tx.grant.findUnique({
      where: { clientId_accountId: { clientId: session.clientId, accountId: found.id } },
    });
    if (grant && grant.externalId !== session.externalId) {
      await together(tx, [renewed(tx, found, reference)]);
      return { kind: "linked_for_another" };
    }
    await keepRenewal(tx, session.id, found);
  } else await keepTokens(tx, session.id, { ...arrival, link: session.accountId });

  const { [connection.id]: _, ...problems } = session.problems;
  await tx.connectSession.update({
    where: { id: session.id },
    data: { status: "waiting", problems },
  });
  const kept: Kept = { kind: "kept", isAll: session.connections.length === 1 };
  const writes = [...(found ? [renewed(tx, found, reference)] : [])];
  for (const write of [...writes, ...(await arrival.alsoWrite(tx, kept))])
    await tx.$executeRaw(write);
  return kept;
}

async function renew(tx: Transaction, found: ExistingLink, arrival: Arrival) {
  await together(tx, [
    renewalOf(tx, found.id, await linkColumns(found.id, arrival)),
    linkEvent(tx, { type: "link.reconnected", link: found }),
  ]);
  await queueReplaced(tx, found);
}

function renewed(
  tx: Transaction,
  { id: accountId, userId, provider }: ExistingLink,
  requestId: string,
) {
  const about = { userId, accountId, connection: provider, requestId } as const;
  return recordOf(tx, { action: "relink", outcome: "succeeded", actor: "user", ...about });
}

/** Tokens that are not kept go back to the portal, unless a link here lives on the same authorization. */
function giveBack(tx: Transaction, { connection, member, tokens, session }: Arrival) {
  if (!member.id) return null;
  const authorization = unowned(connection, { holder: session, member: member.id });
  return queueRevocation(tx, authorization, tokens);
}
