import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { connections, findConnection } from "@/lib/conversation/configuration";
import { isTrouble } from "@/lib/conversation/health";
import { database } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { inParallel } from "@/lib/process/in-parallel";
import { type Check, checkLink } from "./check";
import { lastCallBefore } from "./claim";

/** Checking many links, the longest unchecked first. Any number of processes may be at it: a claim settles who asks. */

export type RunOptions = {
  /** Only links whose portal was not asked since this. */
  before: Date;
  /** At most so many; all when null. */
  limit: number | null;
  /** Questions a second at one portal, by this process. */
  perSecond: number;
  /** Called after each link, with what came of it. */
  onCheck?: (check: RunCheck, progress: { done: number; of: number }) => void;
};

export type RunCheck = { link: string; connection: string; check: Check };

export type RunResult = {
  checks: RunCheck[];
  /** Links that were left for another time, because their portal is in trouble. */
  left: Due[];
};

/** At one portal. */
const AT_ONCE = 3;

/** A portal that fails so often in a row is left alone. */
const PATIENCE_FAILURES = 5;

/** How long a portal that asks for time is waited for; longer, and its links are left for the next run. */
const LONGEST_PAUSE_SECONDS = 60;

type Due = { id: string; provider: string };

export async function checkDueLinks(options: RunOptions): Promise<RunResult> {
  await passOverRefreshed(options);
  const due = await dueLinks(options);
  const result: RunResult = { checks: [], left: [] };
  const report = (check: RunCheck) => {
    result.checks.push(check);
    options.onCheck?.(check, { done: result.checks.length, of: due.length });
  };
  const portals = new Set(due.map(({ provider }) => portalOf(provider)));
  const runs = [...portals].map(async (portal) => {
    const links = due.filter(({ provider }) => portalOf(provider) === portal);
    result.left.push(...(await checkAtOnePortal(links, options, report)));
  });
  await Promise.all(runs);
  return result;
}

/** A refresh has shown that the link works: its check is put as late as that, and not met again until it is due. */
async function passOverRefreshed({ before }: RunOptions) {
  const db = await database();
  await db.$executeRaw`
    UPDATE ${table(db, "Account")} SET "checkedAt" = "tokensAt"
    WHERE ("checkedAt" IS NULL OR "checkedAt" < ${before}::timestamptz)
      AND "checkOutcome" = 'ok' AND "tokensAt" >= ${before}::timestamptz`;
}

const Rows = z.array(z.object({ id: z.string(), provider: z.string() }));

/** What can be asked about: not what only its member can mend, unless nothing but one refusal speaks against it. */
async function dueLinks({ before, limit }: RunOptions): Promise<Due[]> {
  const db = await database();
  const offered = connections().map(({ id, environment }) => `${id} ${environment}`);
  const rows = await db.$queryRaw`
    SELECT id, provider FROM ${table(db, "Account")}
    WHERE provider || ' ' || environment = ANY(${offered})
      AND ${lastCallBefore(before)}
      AND ("reconnectReason" IS NULL
        OR (refresh_token IS NULL AND "reconnectReason" IN ('invalid_token', 'expired_token')))
    ORDER BY "checkedAt" NULLS FIRST, id
    LIMIT ${limit}::int`;
  return Rows.parse(rows);
}

/** Whose questions are counted together, whichever board or site they are about. */
function portalOf(connectionId: string) {
  return findConnection(connectionId)?.portal.id ?? connectionId;
}

/** @returns the links it has not come to */
async function checkAtOnePortal(
  links: Due[],
  { before, perSecond }: RunOptions,
  report: (check: RunCheck) => void,
): Promise<Due[]> {
  const left: Due[] = [];
  let failures = 0;
  let nextAt = Date.now();
  let restUntil = 0;

  /** Takes a turn: `perSecond` of them a second in all. One that falls into a pause is taken again after it. */
  async function turn() {
    do {
      const at = Math.max(nextAt, restUntil, Date.now());
      nextAt = at + 1000 / perSecond;
      await sleep(at - Date.now());
    } while (Date.now() < restUntil);
  }

  function heed(check: Check) {
    if (check.kind === "checked") failures = isTrouble(check.outcome) ? failures + 1 : 0;
    const pause = pauseAfter(check);
    if (pause > LONGEST_PAUSE_SECONDS) failures = PATIENCE_FAILURES;
    else restUntil = Math.max(restUntil, Date.now() + pause * 1000);
  }

  const isLeftAlone = () => failures >= PATIENCE_FAILURES;

  await inParallel(links, AT_ONCE, async (link) => {
    for (;;) {
      if (!isLeftAlone()) await turn();
      if (isLeftAlone()) return left.push(link);
      const check = await checkLink(link.id, before);
      heed(check);
      if (isPutOff(check)) continue;
      return report({ link: link.id, connection: link.provider, check });
    }
  });
  return left;
}

/** In seconds. */
function pauseAfter(check: Check) {
  if (isPutOff(check)) return check.retryAfter;
  const isTooOften = check.kind === "checked" && check.outcome === "rate_limited";
  return isTooOften ? (check.retryAfter ?? 10) : 0;
}

/** Whether the portal is left alone by all processes: the link is looked at again when that is over. */
function isPutOff(check: Check): check is Check & { kind: "not_asked"; retryAfter: number } {
  return check.kind === "not_asked" && check.retryAfter !== null;
}
