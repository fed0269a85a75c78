import "server-only";
import { isUniqueViolation } from "@/lib/db/conflicts";
import { database, type Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { recordEvent } from "../audit";
import { endSessionsOf } from "../connect/ends";
import { forgetReader } from "../events/record";
import { lockClient } from "../tokens/locks";
import { letGoOfAll } from "./letting-go";
import { withdrawKeysOf } from "./service-keys";

/** Systems of others that this deployment lets in. An operator makes them; their users come later, by themselves. */

export type Client = {
  id: string;
  /** For pages. */
  name: string;
  /** Where its users may be sent back to: origin and path. */
  returnUrls: readonly string[];
};

/** @returns whether there was none of that id yet */
export async function createClient({ id, name, returnUrls }: Client): Promise<boolean> {
  try {
    await transaction(async (tx) => {
      await tx.client.create({ data: { id, name, returnUrls: [...returnUrls] } });
      await record(tx, "client_created", id);
    });
    return true;
  } catch (error) {
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

/** What is not named stays. @returns whether there is such a client */
export async function changeClient(
  id: string,
  { name, returnUrls }: Partial<Omit<Client, "id">>,
): Promise<boolean> {
  return transaction(async (tx) => {
    const { count } = await tx.client.updateMany({
      where: { id },
      data: { ...(name && { name }), ...(returnUrls && { returnUrls: [...returnUrls] }) },
    });
    if (count > 0) await record(tx, "client_changed", id);
    return count > 0;
  });
}

export type ListedClient = Client & {
  createdAt: Date;
  /** How many of its users have come here, how many links it may use, and how many of its keys work. */
  users: number;
  links: number;
  keys: number;
};

/** Every client, by its id. */
export async function listClients(): Promise<ListedClient[]> {
  const db = await database();
  const clients = await db.client.findMany({
    orderBy: { id: "asc" },
    include: { _count: { select: { users: true } } },
  });
  const grants = await db.grant.groupBy({ by: ["clientId"], _count: true });
  const keys = await db.serviceKey.groupBy({
    by: ["clientId"],
    where: { withdrawnAt: null },
    _count: true,
  });
  const countOf = (counts: typeof grants | typeof keys, client: string) =>
    counts.find(({ clientId }) => clientId === client)?._count ?? 0;
  return clients.map(({ _count, ...client }) => ({
    ...client,
    users: _count.users,
    links: countOf(grants, client.id),
    keys: countOf(keys, client.id),
  }));
}

/**
 * Removes a client: its keys are withdrawn, its grants end, and what only its users had is removed, tokens as by unlinking.
 * @returns what portals are to be asked; null when there is no such client
 */
export async function removeClient(id: string, reference: string): Promise<string[] | null> {
  const isThere = await transaction(async (tx) => {
    if (!(await lockClient(tx, id))) return false;
    await withdrawKeysOf(tx, id); // first: nothing new can come from it
    return true;
  });
  if (!isThere) return null;
  const revocations: string[] = [];
  do revocations.push(...(await letGoOfAll(id, reference)));
  while (!(await removeEmpty(id, revocations)));
  return revocations;
}

/** @returns whether it was empty; a session may have been finished in the last moment */
function removeEmpty(id: string, revocations: string[]): Promise<boolean> {
  return transaction(async (tx) => {
    revocations.push(...(await endSessionsOf(tx, { clientId: id })).dropped);
    await lockClient(tx, id);
    if ((await tx.clientUser.count({ where: { clientId: id } })) > 0) return false;
    await tx.client.deleteMany({ where: { id } });
    await forgetReader(tx, id);
    await record(tx, "client_removed", id);
    return true;
  });
}

/** A command has no request; a client's events are found by its id. */
function record(
  tx: Transaction,
  action: "client_created" | "client_changed" | "client_removed",
  requestId: string,
) {
  return recordEvent(tx, { action, outcome: "succeeded", actor: "system", requestId });
}
