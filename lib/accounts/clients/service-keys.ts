import "server-only";
import { randomBytes, randomInt, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { database, type Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { isSignInOnly } from "@/lib/portals/sign-in-only";
import { Bucket } from "@/lib/process/bucket";
import { processWide } from "@/lib/process/process-wide";
import { recordEvent } from "../audit";
import { lockClient } from "../tokens/locks";
import { sha256 } from "../tokens/sha256";
import { WriteBehind } from "./write-behind";

/** Keys with which a team's back end comes to us. A key is 256 random bits, so a plain hash of it is enough to keep. */

/** What a key may be for. */
export const keyCalls = [
  "links",
  "token",
  "headers",
  "unlink",
  "events",
  "application",
  "connect",
  "import",
  "erase",
] as const;
export type KeyCall = (typeof keyCalls)[number];

/** What a key is for unless it is told. */
export const defaultCalls: readonly KeyCall[] = ["links", "token", "headers"];

/** What only a client's key may be for: each is about a client's users. */
export const clientCalls: readonly KeyCall[] = ["connect", "import", "erase"];

export type ServiceKey = {
  id: string;
  name: string;
  /** The connections it may see; none named is all. */
  connections: readonly string[];
  calls: readonly KeyCall[];
  /** The client whose key it is; such a key sees what the client has been granted. Null: it sees everything. */
  client: string | null;
};

/** How long a process goes on believing what it knows of a key: a withdrawn one stops working within this time. */
export const KEY_MEMORY_SECONDS = 10;

/** For unknown keys the database is asked so often a second, and so many times at once; by each process. */
const UNKNOWN_KEYS = { perSecond: 1, burst: 5 };

/** How often it is written that a key was used. */
const LAST_USE_MS = 60_000;

/** `portico_<id>_<secret>`: a form that scanners for leaked secrets can know. The id may be shown. */
const FORM = /^portico_([a-z0-9]{12})_[\w-]{43}$/;

/** What a newer version of the app may have written there is no call of this one. */
const Calls = z
  .array(z.string())
  .transform((calls) => keyCalls.filter((call) => calls.includes(call)));

/**
 * Makes a key. Its text is in the answer and nowhere else.
 * @throws {NoSuchClient}
 */
export async function makeKey({
  name,
  connections,
  calls,
  client = null,
}: Omit<ServiceKey, "id" | "client"> & { client?: string | null }): Promise<{
  id: string;
  text: string;
}> {
  const id = Array.from({ length: 12 }, () => randomInt(36).toString(36)).join("");
  const text = `portico_${id}_${randomBytes(32).toString("base64url")}`;
  await transaction(async (tx) => {
    if (client !== null && !(await lockClient(tx, client))) throw new NoSuchClient(client);
    await tx.serviceKey.create({
      data: {
        ...{ id, name, hash: sha256(text), clientId: client },
        connections: [...connections],
        calls: [...calls],
      },
      select: { id: true },
    });
    await recordEvent(tx, { action: "key_created", ...keyEvent(id) });
  });
  return { id, text };
}

/**
 * Makes a key, and then withdraws all others of its name and client.
 * @throws {NoSuchClient}
 */
export async function replaceKey(wish: Parameters<typeof makeKey>[0]): ReturnType<typeof makeKey> {
  const { name, client = null } = wish;
  const before = (await listKeys()).filter(
    (key) => key.name === name && key.clientId === client && key.withdrawnAt === null,
  );
  const made = await makeKey(wish);
  for (const { id } of before) await withdrawKey(id);
  return made;
}

/** A key was to belong to a client that is not there. */
export class NoSuchClient extends Error {
  override readonly name = "NoSuchClient";
}

/** Every key there ever was, oldest first, without its hash. */
export async function listKeys() {
  const db = await database();
  return db.serviceKey.findMany({
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: {
      id: true,
      name: true,
      connections: true,
      calls: true,
      clientId: true,
      createdAt: true,
      lastUsedAt: true,
      withdrawnAt: true,
    },
  });
}

/** @returns whether there was such a key, not withdrawn yet */
export async function withdrawKey(id: string): Promise<boolean> {
  return transaction(async (tx) => {
    const { count } = await tx.serviceKey.updateMany({
      where: { id, withdrawnAt: null },
      data: { withdrawnAt: new Date() },
    });
    if (count > 0) await recordEvent(tx, { action: "key_withdrawn", ...keyEvent(id) });
    return count > 0;
  });
}

/** Withdraws all keys of a client. */
export async function withdrawKeysOf(tx: Transaction, client: string): Promise<void> {
  const where = { clientId: client, withdrawnAt: null };
  const keys = await tx.serviceKey.findMany({ where, select: { id: true } });
  await tx.serviceKey.updateMany({ where, data: { withdrawnAt: new Date() } });
  for (const { id } of keys) await recordEvent(tx, { action: "key_withdrawn", ...keyEvent(id) });
}

/** A command has no request; a key's events are found by its id. */
function keyEvent(id: string) {
  return { outcome: "succeeded", actor: "system", requestId: id } as const;
}

/**
 * Whose key this is, or null when it is unknown or withdrawn. Asks the database at most once in ten seconds, however many
 * known keys come and however often, and a little oftener for unknown ones: see `knownKeys`.
 */
export async function findKey(text: string): Promise<ServiceKey | null> {
  const id = FORM.exec(text)?.[1];
  const known = id && (await knownKeys(id)).get(id);
  if (!known) return null;
  const { hash, ...key } = known;
  if (!timingSafeEqual(Buffer.from(hash), Buffer.from(sha256(text)))) return null;
  keyMemory().lastUses.add(key.id, { id: key.id, at: new Date() });
  return key;
}

/** Whether a key may know of what belongs to a connection. What only signs people in is no key's business. */
export function maySee({ connections }: ServiceKey, connection: string): boolean {
  if (isSignInOnly(connection)) return false;
  return connections.length === 0 || connections.includes(connection);
}

type Known = ServiceKey & { hash: string };
type LastUse = { id: string; at: Date };

type Keys = ReadonlyMap<string, Known>;

const keyMemory = processWide("service keys", () => ({
  read: null as { keys: Promise<Keys>; until: number } | null,
  unknown: new Bucket(UNKNOWN_KEYS, performance.now()),
  lastUses: new WriteBehind<LastUse>("last uses of keys", LAST_USE_MS, writeLastUses),
}));

/**
 * All keys that work, read together: they are few, and an invented one then costs no query of its own. For an id that is not
 * among them they are read again, since it may have just been made, but only as often as `UNKNOWN_KEYS` says.
 */
async function knownKeys(id: string): Promise<Keys> {
  const memory = keyMemory();
  const now = performance.now(); // a clock that is set back prolongs nothing
  const { read } = memory;
  if (!read || now >= read.until) return readAgain();
  const keys = await read.keys;
  if (keys.has(id) || !memory.unknown.take(now).allowed) return keys;
  return memory.read === read ? readAgain() : knownKeys(id); // others have read them meanwhile
}

function readAgain(): Promise<Keys> {
  const memory = keyMemory();
  const keys = readKeys();
  const read = { keys, until: performance.now() + KEY_MEMORY_SECONDS * 1000 };
  memory.read = read;
  keys.catch(() => {
    if (memory.read === read) memory.read = null;
  });
  return keys;
}

/** One query. */
async function readKeys(): Promise<Keys> {
  const db = await database();
  const rows = await db.serviceKey.findMany({
    where: { withdrawnAt: null },
    select: { id: true, name: true, hash: true, connections: true, calls: true, clientId: true },
  });
  return new Map(
    rows.map(({ clientId: client, ...row }) => [
      row.id,
      { ...row, client, calls: Calls.parse(row.calls) },
    ]),
  );
}

async function writeLastUses(uses: LastUse[]) {
  const db = await database();
  for (const { id, at } of uses) {
    const older = [{ lastUsedAt: null }, { lastUsedAt: { lt: at } }];
    await db.serviceKey.updateMany({ where: { id, OR: older }, data: { lastUsedAt: at } });
  }
}
