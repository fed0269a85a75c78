import "server-only";
import type { Connection } from "@/lib/portals/connections";
import { log, traceOf } from "@/lib/process/log";
import { processWide } from "@/lib/process/process-wide";
import {
  gateTo,
  giveBackProbe,
  isTrouble,
  keyOf,
  noteAnswer,
  type PortalAnswer,
  type PortalKey,
  type Tell,
} from "./health";

/**
 * Asking a portal in turn: not while it is left alone, and not more at once than it bears. How many that is, this process
 * finds out: each good answer makes it a few more, each bad one half as many.
 */

const AT_ONCE = { first: 10, most: 150, more: 3 };

/** How long a turn is waited for; who has waited in vain comes back a little later. */
const PATIENCE_MS = 60_000;
const LATER_SECONDS = 5;

/** Why there was no turn, where too many others want one: nothing is wrong with the portal. */
export const BUSY = "busy";

/** A portal that is left alone: why, and for how many seconds. */
export type LeftAlone = { kind: "left_alone"; reason: string; retryAfter: number };

type Turns = { underWay: number; limit: number; waiting: (() => void)[] };

const all = processWide("turns", () => new Map<string, Turns>());

/** What a portal is asked. */
type Question<T> = {
  ask: () => Promise<T>;
  /** What the result tells of the portal; null when it was not asked after all. */
  answerOf: (result: T) => PortalAnswer | null;
  /** Who hears of its trouble. */
  tell: Tell;
};

/** Asks a portal something when it is its turn. */
export async function inTurn<T>(
  connection: Connection,
  question: Question<T>,
): Promise<{ kind: "asked"; result: T } | LeftAlone> {
  const key = keyOf(connection);
  const turns = turnsOf(`${key.portal} ${key.environment}`);
  if (!(await begin(turns))) {
    return { kind: "left_alone", reason: BUSY, retryAfter: LATER_SECONDS };
  }
  try {
    const gate = await gateTo(key);
    if (!gate.open) return { kind: "left_alone", reason: gate.reason, retryAfter: gate.seconds };
    return { kind: "asked", result: await askThrough({ gate, key, turns }, question) };
  } finally {
    end(turns);
  }
}

/** Asks, and notes what that tells of the portal; what was asked for is done also where it cannot be noted. */
async function askThrough<T>(
  { gate, key, turns }: { gate: { probe: boolean }; key: PortalKey; turns: Turns },
  { ask, answerOf, tell }: Question<T>,
): Promise<T> {
  let answer: PortalAnswer | null = null;
  try {
    const result = await ask();
    answer = answerOf(result);
    return result;
  } finally {
    if (answer) {
      adapt(turns, answer);
      await noteAnswer(key, answer, { gate, tell }).catch(reportUnnoted);
    } else if (gate.probe) await giveBackProbe(key).catch(reportUnnoted);
  }
}

function reportUnnoted(error: unknown) {
  log("warn", "portal.answer_not_noted", traceOf(error));
}

function turnsOf(name: string): Turns {
  const turns = all().get(name) ?? { underWay: 0, limit: AT_ONCE.first, waiting: [] };
  all().set(name, turns);
  return turns;
}

/** @returns whether it is our turn; not if that takes too long */
async function begin(turns: Turns): Promise<boolean> {
  if (turns.underWay < turns.limit) {
    turns.underWay += 1;
    return true;
  }
  return new Promise((resolve) => {
    const next = () => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      turns.waiting = turns.waiting.filter((each) => each !== next);
      resolve(false);
    }, PATIENCE_MS);
    turns.waiting.push(next);
  });
}

/** Hands its place on, or as many as there are by now. */
function end(turns: Turns) {
  turns.underWay -= 1;
  while (turns.underWay < turns.limit) {
    const next = turns.waiting.shift();
    if (!next) return;
    turns.underWay += 1;
    next();
  }
}

function adapt(turns: Turns, { code }: PortalAnswer) {
  turns.limit = isTrouble(code)
    ? Math.max(1, Math.floor(turns.limit / 2))
    : Math.min(AT_ONCE.most, turns.limit + AT_ONCE.more);
}
