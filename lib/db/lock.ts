import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseError } from "./errors";
import { isHere, readHolder, stateOf, thisProcess } from "./holder";
import { createLockFile, lookAt, removeFile, type SeenLockFile } from "./lock-file";

/** A live holder touches its lock file this often. */
const BEAT_MS = 1_000;
/** A holder whose process id says nothing is taken for dead when its file stays untouched this long. */
const SILENCE_MS = 10_000;
/** A lock file last touched this long ago needs no watching. */
const LONG_AGO_MS = 60_000;
const POLL_MS = 50;

export type LockOptions = {
  /** How long a live holder may take to end before we give up, in milliseconds. */
  waitMs?: number;
  /** Called once with a sentence when there is a holder to wait for. */
  onWait?: (sentence: string) => void;
};

/**
 * Takes a lock file: one process at a time, however many try.
 *
 * A holder that is known to be dead is succeeded at once. One that cannot be asked, because it ran in
 * another container or before a restart of the machine, or because its file is damaged, is given ten
 * seconds to show that it lives.
 *
 * @returns what gives the lock back; it also happens when this process exits.
 * @throws DatabaseError `in_use`, naming the process and the ways out.
 */
export async function lockFile(file: string, options: LockOptions = {}): Promise<() => void> {
  const { waitMs = 5_000, onWait } = options;
  const begun = performance.now();
  let watched: { found: SeenLockFile; since: number; beats: boolean } | undefined;

  for (;;) {
    const content = JSON.stringify(thisProcess());
    const created = createLockFile(file, content);
    if (created) return hold(created);

    const found = lookAt(file);
    if (!found) continue; // given back this moment
    const now = performance.now();
    if (watched?.found.version !== found.version) {
      if (!watched) onWait?.(`Waiting for ${describeHolder(found)} to let go of the database.`);
      watched = { found, since: now, beats: watched?.found.content === found.content };
    }

    const state = stateOf(readHolder(found.content));
    const silent = now - watched.since > SILENCE_MS || found.ageMs > LONG_AGO_MS;
    if (state === "dead" || (state === "unknown" && silent)) {
      await removeStale(file, found);
      continue;
    }
    if ((state === "alive" || watched.beats) && now - begun >= waitMs) {
      throw new DatabaseError(
        "in_use",
        `${dirname(file)} is in use by ${describeHolder(found)}: stop it, or set DATABASE_URL to use PostgreSQL.`,
      );
    }
    await sleep(POLL_MS);
  }
}

/**
 * Removes a dead holder's file. Between judging and removing, another process may have done the same and
 * a third may hold the lock by now; so removing has a lock of its own, and under it we look again.
 * That lock can go stale too, and is succeeded in the same way.
 */
async function removeStale(file: string, judged: SeenLockFile) {
  const release = await lockFile(`${file}.removal`);
  try {
    if (lookAt(file)?.version === judged.version) removeFile(file);
  } finally {
    release();
  }
}

function hold(file: { touch(): void; release(): void }) {
  const beat = setInterval(file.touch, BEAT_MS).unref();
  const release = () => {
    clearInterval(beat);
    process.off("exit", release);
    file.release();
  };
  process.once("exit", release);
  return release;
}

function describeHolder({ content }: SeenLockFile) {
  const holder = readHolder(content);
  if (!holder) return "a process that has left no name";
  return isHere(holder)
    ? `process ${holder.pid}`
    : `process ${holder.pid} in another container or on another machine`;
}
