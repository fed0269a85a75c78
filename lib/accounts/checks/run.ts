import "server-only";
import { linkableConnections } from "@/lib/conversation/configuration";
import { isTrouble, keyOf, restOf } from "@/lib/conversation/health";
import type { Connection } from "@/lib/portals/connections";
import { inParallel } from "@/lib/process/in-parallel";
import { type Check, checkLink } from "./check";
import { DueLinks } from "./due-links";
import { Pace } from "./pace";

/** Checking many links, the longest unasked first. Any number of processes may be at it: a claim settles who asks. */

export type RunOptions = {
  /** Only links whose portal was not asked since this, by the database's clock. */
  before: Date;
  /** At most so many; all when null. */
  limit: number | null;
  /** Questions a second at one portal, by this process, and how many at once; null for what is set for the portal. */
  perSecond: number | null;
  atOnce: number | null;
  /** Ends the run: what is under way is done, and nothing more is begun. */
  signal?: AbortSignal;
  /** Called after each link, with what came of it. Nothing of it is kept here. */
  onCheck?: (check: RunCheck) => void;
};

export type RunCheck = {
  link: string;
  connection: string;
  check: Extract<Check, { kind: "checked" | "not_asked" }>;
};

/** Links that a run has not come to. */
type LeftLinks = { connection: string; count: number };

/** A portal that was left alone. */
export type LeftPortal = {
  portal: Pick<Connection, "portal" | "environment">;
  reason: string;
  /** How many of its links were not come to. */
  links: number;
  /** Before this no process asks it; null where it may be asked. */
  restsUntil: Date | null;
};

export type RunResult = {
  portals: LeftPortal[];
  links: LeftLinks[];
  /** The first thing of ours that failed; what could be checked all the same was. */
  error: unknown;
};

/** A portal that fails so often in a row is left alone. */
const PATIENCE_FAILURES = 5;

/** How long a portal that asks for time is waited for; longer, and its links are left for the next run. */
const LONGEST_PAUSE_SECONDS = 60;

/** What of ours fails so often in a row, such as the database, ends the run. */
const PATIENCE_ERRORS = 5;

export async function checkDueLinks(options: RunOptions): Promise<RunResult> {
  const budget = new Budget(options.limit);
  const groups = askedTogether();
  const result: RunResult = { portals: [], links: [], error: null };
  await inParallel(groups, groups.length, (group) =>
    checkAtOnePortal(group, options, budget, result).catch((error: unknown) => {
      result.error ??= error;
    }),
  );
  return result;
}

/** How many links are due. */
export async function countDueLinks({ before }: Pick<RunOptions, "before">): Promise<number> {
  const counts = await new DueLinks(linkableConnections(), before).count();
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** Connections of one portal, whose questions are counted together, whichever board or site they are about. */
type Group = { portal: Connection; members: Connection[] };

function askedTogether(): Group[] {
  const groups = new Map<string, Group>();
  for (const connection of linkableConnections()) {
    const key = Object.values(keyOf(connection)).join(" ");
    const group = groups.get(key) ?? { portal: connection, members: [] };
    group.members.push(connection);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** How many links may still be looked at, by all who look. */
class Budget {
  private left: number;

  constructor(limit: number | null) {
    this.left = limit ?? Number.POSITIVE_INFINITY;
  }

  take(): boolean {
    if (this.left === 0) return false;
    this.left -= 1;
    return true;
  }

  giveBack(): void {
    this.left += 1;
  }
}

async function checkAtOnePortal(
  { portal, members }: Group,
  { before, onCheck, signal, ...options }: RunOptions,
  budget: Budget,
  result: RunResult,
): Promise<void> {
  const atOnce = options.atOnce ?? portal.checks.atOnce;
  const over = new AbortController();
  const ends = AbortSignal.any([over.signal, ...(signal ? [signal] : [])]);
  const pace = new Pace(options.perSecond ?? portal.checks.perSecond, ends);
  const due = new DueLinks(members, before);
  const putBack: string[] = [];
  let failures = 0;
  let errors = 0;
  let leftFor: string | null = null;

  function heed(check: Check) {
    if (check.kind !== "checked" && !isPutOff(check)) return;
    const reason = check.kind === "checked" ? check.outcome : check.reason;
    if (check.kind === "checked") failures = isTrouble(reason) ? failures + 1 : 0;
    const pause = pauseAfter(check);
    if (pause <= LONGEST_PAUSE_SECONDS && failures < PATIENCE_FAILURES) return pace.rest(pause);
    leftFor ??= reason;
    over.abort();
  }

  /** @returns what came of it; null when it was not come to */
  async function ask(id: string): Promise<Check | null> {
    for (;;) {
      await pace.turn();
      if (ends.aborted) return null;
      const check = await checkLink(id, before);
      heed(check);
      if (!isPutOff(check)) return check;
    }
  }

  async function checkNext(): Promise<boolean> {
    const link = ends.aborted ? null : await due.next();
    if (!link || !budget.take()) return false;
    const check = await ask(link.id);
    if (check?.kind === "checked" || check?.kind === "not_asked") {
      onCheck?.({ link: link.id, connection: link.connection, check });
      return true;
    }
    budget.giveBack();
    if (!check) putBack.push(link.connection);
    else {
      pace.giveBack();
      due.readAgain(link.connection);
    }
    return true;
  }

  /** A link that cannot be checked for a reason of ours does not keep the others from it. */
  async function work() {
    for (;;) {
      try {
        if (!(await checkNext())) return;
        errors = 0;
      } catch (error) {
        errors += 1;
        result.error ??= error;
        if (errors >= PATIENCE_ERRORS) over.abort();
      }
    }
  }

  await Promise.all(Array.from({ length: atOnce }, work));
  if (!ends.aborted) return;
  const links = leftLinks(await due.count(), putBack);
  result.links.push(...links);
  if (leftFor === null) return;
  const restsUntil = await restOf(keyOf(portal));
  const count = links.reduce((sum, each) => sum + each.count, 0);
  result.portals.push({ portal, reason: leftFor, restsUntil, links: count });
}

function leftLinks(counts: Map<string, number>, putBack: readonly string[]): LeftLinks[] {
  for (const connection of putBack) counts.set(connection, (counts.get(connection) ?? 0) + 1);
  return [...counts].map(([connection, count]) => ({ connection, count }));
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
