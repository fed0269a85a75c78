import "server-only";
import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/database";
import { type Receipt, receiptFor } from "../people/erasure";
import { revokeSoon } from "../revocation/revocations";
import { letGoOfUser } from "./letting-go";
import type { ServiceKey } from "./service-keys";

/**
 * Removes what only a client's user had, at the client's word.
 * @param externalId the client's name for its user, and the receipt's
 * @returns null when the client has no such user
 */
export async function eraseClientUser(
  { id, client }: ServiceKey,
  externalId: string,
  reference: string,
): Promise<Receipt | null> {
  if (client === null) return null;
  const forgotten = await letGoOfUser(client, externalId, { actor: `key:${id}`, reference });
  if (!forgotten) return null;
  await revokeSoon(forgotten.revocations);
  const now = await databaseNow();
  const { user, stays, revocations } = forgotten;
  const erased = { userId: user ?? NO_ONE, reference, erasedAt: now, revocations };
  const receipt = await receiptFor(erased, now);
  const kept = user !== null && stays ? [...receipt.kept, await personIn(user)] : receipt.kept;
  return { ...receipt, kept, user: externalId };
}

/** What stays of a person who comes here without the client. */
async function personIn(userId: string): Promise<Receipt["kept"][number]> {
  const db = await database();
  const links = await db.account.count({ where: { userId } });
  const sessions = await db.session.count({ where: { userId } });
  return {
    what: "the user",
    rows: 1 + links + sessions,
    why: "The person signs in here by the company login, so name, e-mail address and links are the person’s own. They stay until the person deletes the account, or is erased by those who run this deployment.",
  };
}

/** No user of ours has this id. */
const NO_ONE = "";
