import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { isTrouble, keyOf } from "@/lib/conversation/health";
import type { Connection } from "@/lib/portals/connections";
import { newReference } from "@/lib/process/reference";
import { sentenceFor } from "@/lib/process/schema-sentences";
import { Pace } from "../checks/pace";
import { type Import, type Imported, importLink, knownImport, type PutOff } from "./import-link";
import { AT_IT } from "./prove";
import { LEASE_SECONDS } from "./spent";
import { ImportWish, importFrom, type WishError } from "./wish";

/** Importing a file: a line for each link, at the pace that is set for each portal, and in constant memory. */

/** Of a file; the first has number 1. `text` is null where it is longer than a line may be. */
export type Line = { number: number; text: string | null };

/** What came of a line. No token has room here. */
export type LineResult = {
  line: number;
  external_id: string | null;
  connection: string | null;
} & (
  | { result: "invalid"; errors: WishError[] }
  | {
      result: Imported["kind"];
      link?: string;
      reason?: string;
      refresh_token_spent?: boolean;
    }
  /** In a dry run: it is as it has to be, and its portal was not asked. */
  | { result: "not_asked" }
);

export type ImportOptions = {
  clientId: string;
  /** Says what would be done, as far as that is known without the portals. */
  dryRun: boolean;
  /** Ends the run: what is under way is done, and nothing more is begun. */
  signal: AbortSignal;
  /** Called as each line has come to its end, in no particular order. */
  onResult: (result: LineResult) => void;
};

export type ImportRun = {
  /** How many lines have come to no end, by portal and what it said; they are for another run. */
  left: Map<string, { reason: string; lines: number }>;
};

/** How often a portal that asks for time is waited for, and how long at most, in seconds. */
const TRIES = 5;
const LONGEST_PAUSE_SECONDS = 60;

/** @throws what is wrong with the database; what was under way then is not done, or done */
export async function importLines(
  lines: AsyncIterable<Line>,
  { clientId, dryRun, signal, onResult }: ImportOptions,
): Promise<ImportRun> {
  const run: ImportRun = { left: new Map() };
  const failed = new AbortController();
  const ends = AbortSignal.any([signal, failed.signal]);
  const lanes = new Map<string, Lane>();
  const underWay = new Set<Promise<void>>();
  let failure: unknown = null;

  for await (const line of lines) {
    if (ends.aborted) break;
    const wish = read(line, clientId);
    if ("result" in wish) {
      onResult(wish);
      continue;
    }
    if ("notHere" in wish) {
      left(run, wish.notHere, "not_offered");
      continue;
    }
    const key = Object.values(keyOf(wish.connection)).join(" ");
    const lane = lanes.get(key) ?? new Lane(wish.connection, ends);
    lanes.set(key, lane);
    await lane.enter();
    const work = (dryRun ? look(wish) : lane.take(wish))
      .then((imported) => {
        if (imported === null) return left(run, key, "stopped");
        if ("retryAfter" in imported) return left(run, key, imported.reason);
        onResult(resultOf(line.number, wish, imported));
      })
      .catch((error: unknown) => {
        failure ??= error;
        failed.abort();
      })
      .finally(() => {
        lane.leave();
        underWay.delete(work);
      });
    underWay.add(work);
  }
  await Promise.all(underWay);
  if (failure) throw failure;
  return run;
}

function left({ left }: ImportRun, portal: string, reason: string) {
  const before = left.get(portal);
  left.set(portal, { reason: before?.reason ?? reason, lines: (before?.lines ?? 0) + 1 });
}

/** A connection that is not set up here: it may be by the next run. */
type NotHere = { notHere: string };

/** A line as it can be done, or what is wrong with it. */
function read({ number, text }: Line, clientId: string): Import | LineResult | NotHere {
  const invalid = (errors: WishError[]): LineResult => ({
    ...{ line: number, external_id: null, connection: null },
    result: "invalid",
    errors,
  });
  const json = parsed(text);
  if (json === undefined) return invalid([{ pointer: "#", detail: "is not JSON, or too long" }]);
  const wish = ImportWish.safeParse(json, { error: sentenceFor });
  if (!wish.success) {
    return invalid(
      wish.error.issues.map(({ code, path, message }) => ({
        pointer: `#${path.map((part) => `/${String(part)}`).join("")}`,
        // A name that is not known may be a token in the wrong place.
        detail: code === "unrecognized_keys" ? "has a name that is not known here" : message,
      })),
    );
  }
  const by = { actor: "system", reference: newReference() } as const;
  const found = importFrom(wish.data, { ...by, clientId, maySee: () => true });
  if (!Array.isArray(found)) return found;
  const isNotHere = found.some(({ pointer }) => pointer === "#/connection");
  return isNotHere ? { notHere: wish.data.connection } : invalid(found);
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

type DryRun = { kind: "not_asked" };

async function look(wish: Import): Promise<Imported | DryRun> {
  return (await knownImport(wish)) ?? { kind: "not_asked" };
}

function resultOf(line: number, wish: Import, imported: Imported | DryRun): LineResult {
  const about = { line, external_id: wish.externalId, connection: wish.connection.id };
  if (imported.kind === "not_asked") return { ...about, result: "not_asked" };
  return {
    ...about,
    result: imported.kind,
    ...("link" in imported && { link: imported.link }),
    ...("reason" in imported && { reason: imported.reason }),
    ...(imported.isSpent !== null && { refresh_token_spent: imported.isSpent }),
  };
}

/** The way to one portal: so many lines at once, and so many in a second. */
class Lane {
  private readonly pace: Pace;
  private free: number;
  private readonly waiting: (() => void)[] = [];
  private readonly ends: AbortSignal;
  /** Why the portal is asked no more in this run. */
  private leftFor: PutOff | null = null;

  constructor({ checks }: Connection, ends: AbortSignal) {
    this.pace = new Pace(checks.perSecond, ends);
    this.free = checks.atOnce;
    this.ends = ends;
  }

  async enter(): Promise<void> {
    if (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.free -= 1;
  }

  leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }

  private async sleep(seconds: number) {
    await sleep(seconds * 1000, undefined, { signal: this.ends }).catch(() => null);
  }

  /** @returns null when the run ended before it was its turn */
  async take(wish: Import): Promise<Imported | PutOff | null> {
    for (let [tries, waited] = [1, 0]; ; ) {
      if (this.leftFor) return this.leftFor;
      await this.pace.turn();
      if (this.ends.aborted) return null;
      const imported = await importLink(wish);
      if (!("retryAfter" in imported)) return imported;
      const { reason, retryAfter } = imported;
      if (reason === AT_IT) {
        // A process that was killed may hold it: that is this line's alone.
        if (waited > LEASE_SECONDS) return imported;
        waited += retryAfter;
        await this.sleep(retryAfter);
        continue;
      }
      if (tries >= TRIES || retryAfter > LONGEST_PAUSE_SECONDS) {
        if (isTrouble(reason)) this.leftFor = imported; // not what is this line's alone
        return imported;
      }
      tries += 1;
      this.pace.rest(retryAfter);
    }
  }
}
