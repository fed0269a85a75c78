import "server-only";
import { databaseNow } from "@/lib/db/clock";
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
  const { user, revocations } = forgotten;
  const erased = { userId: user ?? NO_ONE, reference, erasedAt: now, revocations };
  return { ...(await receiptFor(erased, now)), user: externalId };
}

/** No user of ours has this id. */
const NO_ONE = "";
