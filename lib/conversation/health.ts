import "server-only";
import { z } from "zod";
import { databaseNow } from "@/lib/db/clock";
import { type Database, database, type Transaction } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
import type { OAuthErrorCode } from "@/lib/oauth/errors";
import type { Connection } from "@/lib/portals/connections";
import { tokenOriginOf } from "@/lib/portals/shared-secrets";
import { backOffSeconds } from "@/lib/process/back-off";
import { log } from "@/lib/process/log";

/**
 * How portals are, one memory for all processes. A portal that asks for time, or fails several times in a row, is left alone.
 * When its rest is over, one process tries it; the others wait for what comes of that.
 */

/** A portal in one of its environments; connections whose tokens come from another server have another. */
export type PortalKey = { portal: string; environment: string };

export function keyOf(connection: Connection): PortalKey {
  const { portal, environment } = connection;
  return { portal: [portal.id, tokenOriginOf(connection)].filter(Boolean).join(" "), environment };
}

/** What a portal has answered, as far as it tells how the portal is. */
export type PortalAnswer = { code: "ok" | OAuthErrorCode; retryAfter: number | null };

/** That a portal is left alone from now on, and why; or that it is well again. */
export type PortalNews = { kind: "trouble_began"; reason: string } | { kind: "trouble_ended" };

/** Tells who wants to know, in the transaction that makes it true: once, however many processes hear of it. */
export type Tell = (tx: Transaction, key: PortalKey, news: PortalNews) => Promise<void>;

/** Whether a portal may be asked. */
export type Gate =
  | { open: true; probe: boolean }
  | { open: false; reason: string; seconds: number };

/** So many failures in a row, and it is left alone. */
const PATIENCE = 5;

/** For how long, in seconds; longer each time that its trial fails. */
const REST = { first: 5, factor: 2, longest: 120 };

/** What it asks for itself is heeded for so long; then one trial shows whether it meant all of its callers. */
const LONGEST_HEEDED_SECONDS = 300;

/** How long a trial may take before another process makes one. */
const PROBE_SECONDS = 30;

/** How long this process believes what it has read. */
const BELIEVED_MS = 1_000;

/** What is wrong with a portal or with the way there, rather than with a link or with us. */
const TROUBLE: readonly string[] = [
  "rate_limited",
  "failing",
  "timed_out",
  "unreachable",
  "redirected",
  "too_large",
  "empty",
  "web_page",
  "unreadable",
  "unexpected",
] satisfies OAuthErrorCode[];

export function isTrouble(code: string): boolean {
  return TROUBLE.includes(code);
}

type State = { failures: number; reason: string; restUntil: Date | null; readAt: number };

/** By database, since that is whose memory it is. */
const believed = new WeakMap<Database, Map<string, State>>();

/** Whether a portal may be asked now. Who gets `probe` is the one that tries it, and must tell what it answers. */
export async function gateTo(key: PortalKey): Promise<Gate> {
  const db = await database();
  const gate = gateBy(await stateOf(db, key), await databaseNow());
  if (gate !== "rested") return gate;
  if (await claimProbe(db, key)) return { open: true, probe: true };
  forget(db, key); // another process tries it, or has found it well
  const now = gateBy(await stateOf(db, key), await databaseNow());
  return now === "rested" ? closed((await stateOf(db, key)).reason, 1) : now;
}

/** `rested`: its time is over, and it is not known yet how it is. */
function gateBy({ restUntil, reason }: State, now: Date): Gate | "rested" {
  if (restUntil === null) return { open: true, probe: false };
  const seconds = (restUntil.getTime() - now.getTime()) / 1000;
  return seconds > 0 ? closed(reason, seconds) : "rested";
}

/** Those who wait together do not come back together. */
function closed(reason: string, seconds: number): Gate {
  return {
    open: false,
    reason,
    seconds: Math.ceil(seconds + Math.random() * Math.min(seconds, 30)),
  };
}

/** Remembers what a portal has answered. */
export async function noteAnswer(
  key: PortalKey,
  { code, retryAfter }: PortalAnswer,
  { gate, tell }: { gate: { probe: boolean }; tell: Tell },
): Promise<void> {
  const db = await database();
  if (isTrouble(code)) return noteTrouble(db, key, { code, retryAfter }, tell);
  const { failures } = await stateOf(db, key);
  if (failures > 0 || gate.probe) await noteRecovery(db, key, tell);
}

/** The portals that are left alone at this moment. */
export async function restingPortals(): Promise<PortalKey[]> {
  const db = await database();
  const rows = await db.$queryRaw`
    SELECT portal, environment FROM ${table(db, "PortalTrouble")} WHERE "restUntil" > now() OR "probeUntil" > now()`;
  return z.array(z.object({ portal: z.string(), environment: z.string() })).parse(rows);
}

export type PortalTrouble = PortalKey & { since: Date; reason: string; restUntil: Date };

/** After its rest a portal counts as well again when so long nothing has asked it, in milliseconds. */
const FORGOTTEN_MS = 10 * 60_000;

/**
 * The portals that are left alone, or were until a moment ago and have not been well since; each with the time of its first failure.
 * @param now by the database's clock
 */
export async function portalsInTrouble(now: Date): Promise<PortalTrouble[]> {
  const db = await database();
  const rows = await db.portalTrouble.findMany({
    where: { restUntil: { gt: new Date(now.getTime() - FORGOTTEN_MS) } },
    select: { portal: true, environment: true, since: true, reason: true, restUntil: true },
  });
  return rows.map((row) => ({ ...row, restUntil: row.restUntil ?? now }));
}

/** Until when a portal is left alone by all processes, by the database's clock; null where it may be asked. */
export async function restOf({ portal, environment }: PortalKey): Promise<Date | null> {
  const db = await database();
  const where = { portal, environment, restUntil: { gt: await databaseNow() } };
  const row = await db.portalTrouble.findFirst({ where, select: { restUntil: true } });
  return row?.restUntil ?? null;
}

const Row = z.object({
  failures: z.number(),
  reason: z.string(),
  restUntil: z.date().nullable(),
  told: z.boolean(),
});

const well = { failures: 0, reason: "", restUntil: null };

async function stateOf(db: Database, key: PortalKey): Promise<State> {
  const known = statesOf(db).get(nameOf(key));
  if (known && performance.now() < known.readAt + BELIEVED_MS) return known;
  const { portal, environment } = key;
  const row = await db.portalTrouble.findUnique({
    where: { portal_environment: { portal, environment } },
    select: { failures: true, reason: true, restUntil: true },
  });
  return believe(db, key, row ?? well);
}

/** While it rests, answers to questions from before are not counted again. */
async function noteTrouble(
  db: Database,
  key: PortalKey,
  { code, retryAfter }: { code: string; retryAfter: number | null },
  tell: Tell,
) {
  const { portal, environment } = key;
  const before = await stateOf(db, key);
  const count = before.failures + 1;
  const isLeftAlone = code === "rate_limited" || retryAfter !== null || count >= PATIENCE;
  const heeded = Math.min(retryAfter ?? 0, LONGEST_HEEDED_SECONDS);
  const grown = backOffSeconds(REST, Math.max(1, count - PATIENCE + 1), heeded);
  const isAskedFor = retryAfter !== null && count < PATIENCE; // then for exactly that
  const seconds = isLeftAlone ? (isAskedFor ? heeded : grown) : null;
  const rows = await db.$queryRaw`
    INSERT INTO ${table(db, "PortalTrouble")} AS t (portal, environment, failures, reason, "restUntil")
    VALUES (${portal}, ${environment}, 1, ${code}, now() + make_interval(secs => ${seconds}::float8))
    ON CONFLICT (portal, environment) DO UPDATE SET
      failures = CASE WHEN t."restUntil" > now() THEN t.failures ELSE t.failures + 1 END,
      reason = excluded.reason,
      "probeUntil" = NULL,
      "restUntil" = greatest(t."restUntil", CASE
        WHEN t."restUntil" > now() AND ${retryAfter}::float8 IS NULL THEN t."restUntil"
        ELSE excluded."restUntil" END)
    RETURNING failures, reason, "restUntil", told`;
  const [after] = z.tuple([Row]).parse(rows);
  believe(db, key, after);
  if (before.restUntil === null && after.restUntil !== null) {
    log("warn", "portal.trouble_began", { portal, environment, reason: code });
  }
  if (after.restUntil !== null && !after.told) await tellOnce(key, code, tell);
}

async function tellOnce(key: PortalKey, reason: string, tell: Tell) {
  await transaction(async (tx) => {
    const untold = { ...key, restUntil: { not: null }, told: false };
    const { count } = await tx.portalTrouble.updateMany({ where: untold, data: { told: true } });
    if (count > 0) await tell(tx, key, { kind: "trouble_began", reason });
  });
}

async function noteRecovery(db: Database, key: PortalKey, tell: Tell) {
  const { portal, environment } = key;
  const ended = await transaction(async (tx) => {
    const rows = await tx.$queryRaw`
      DELETE FROM ${table(tx, "PortalTrouble")}
      WHERE portal = ${portal} AND environment = ${environment}
        AND ("restUntil" IS NULL OR "restUntil" <= now())
      RETURNING failures, reason, "restUntil", told`;
    const [row] = z.array(Row).parse(rows);
    if (row?.told) await tell(tx, key, { kind: "trouble_ended" });
    return row;
  });
  if (!ended) return;
  believe(db, key, well);
  if (ended.restUntil !== null) log("info", "portal.trouble_ended", { portal, environment });
}

/** One process at a time. */
async function claimProbe(db: Database, { portal, environment }: PortalKey): Promise<boolean> {
  const claimed = await db.$executeRaw`
    UPDATE ${table(db, "PortalTrouble")} SET "probeUntil" = now() + make_interval(secs => ${PROBE_SECONDS}::int)
    WHERE portal = ${portal} AND environment = ${environment}
      AND "restUntil" <= now() AND ("probeUntil" IS NULL OR "probeUntil" < now())`;
  return claimed > 0;
}

/** For who was to try a portal, and has not: another may at once. */
export async function giveBackProbe({ portal, environment }: PortalKey): Promise<void> {
  const db = await database();
  await db.portalTrouble.updateMany({ where: { portal, environment }, data: { probeUntil: null } });
}

function statesOf(db: Database) {
  const states = believed.get(db) ?? new Map<string, State>();
  believed.set(db, states);
  return states;
}

function believe(db: Database, key: PortalKey, state: Omit<State, "readAt">): State {
  const read = { ...state, readAt: performance.now() };
  statesOf(db).set(nameOf(key), read);
  return read;
}

function forget(db: Database, key: PortalKey) {
  statesOf(db).delete(nameOf(key));
}

function nameOf({ portal, environment }: PortalKey) {
  return `${portal} ${environment}`;
}
