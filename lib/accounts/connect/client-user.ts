import "server-only";
import type { Transaction } from "@/lib/db/database";
import { type By, recordEvent } from "../audit";
import { grantBegan, writeEvents } from "../events/record";
import { linkingAdapter } from "../linking/adapter";
import { joinClient } from "../linking/one-user";

/** A client's users and what they have here: a user of ours who is theirs alone, links, and grants. */

/** For whom a client links, and as whom they are shown. */
export type ClientOwner = {
  clientId: string;
  externalId: string;
  shown: { name: string | null; email: string | null };
};

export type ClientLink = { id: string; userId: string; provider: string };

/** Whose a client's user's links are: a user of ours that is theirs alone, made with their first link. */
export async function userFor(
  tx: Transaction,
  { clientId, externalId, shown }: ClientOwner,
): Promise<string> {
  const where = { clientId_externalId: { clientId, externalId } };
  const { userId } = await tx.clientUser.findUniqueOrThrow({ where });
  if (userId) return userId;
  const made = await linkingAdapter(tx).createUser({ ...shown, image: null });
  await joinClient(tx, { clientId, externalId }, made);
  return made;
}

/** @returns whether the client may use it for this user; not when it does so for another */
export async function grantLink(
  tx: Transaction,
  { clientId, externalId }: { clientId: string; externalId: string },
  link: ClientLink,
  { actor, reference }: By,
): Promise<boolean> {
  const where = { clientId_accountId: { clientId, accountId: link.id } };
  const before = await tx.grant.findUnique({ where });
  if (before) return before.externalId === externalId;
  const given = { clientId, externalId, accountId: link.id };
  await tx.grant.create({ data: given });
  await writeEvents(tx, grantBegan(tx, given, link));
  await recordEvent(tx, {
    action: "grant",
    outcome: "given",
    actor,
    userId: link.userId,
    accountId: link.id,
    connection: link.provider,
    clientId,
    requestId: reference,
  });
  return true;
}

/** For the record of what happened. */
export function recordLink(
  tx: Transaction,
  action: "link" | "relink",
  link: ClientLink,
  { actor, reference }: By,
) {
  const about = { userId: link.userId, accountId: link.id, connection: link.provider };
  return recordEvent(tx, { action, outcome: "succeeded", actor, requestId: reference, ...about });
}
