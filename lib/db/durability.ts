import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { DatabaseError } from "./errors";

/** PGlite's own parameters, less "-F", which turns fsync off; and small, for one small app. */
export function durableParameters(defaults: readonly string[]): string[] {
  return [
    ...defaults.filter((parameter) => parameter !== "-F"),
    ...["fsync=on", "wal_sync_method=fsync"].flatMap(set),
    ...["shared_buffers=16MB", "max_wal_size=64MB", "min_wal_size=32MB"].flatMap(set),
    // A recovery that fails would leave the timer for its progress behind, and the process would not end.
    ...["log_startup_progress_interval=0"].flatMap(set),
  ];
}

const set = (parameter: string) => ["-c", parameter];

/** Error numbers of WASI. */
const EINVAL = 28;
const EIO = 29;

/**
 * Lets PostgreSQL's fsync reach the disk. PGlite 0.5.16 leaves the call out of its file system, and
 * PostgreSQL takes the silence for success; so it is shown to work before anything relies on it.
 */
export async function makeDurable(pglite: PGlite) {
  let calls = 0;
  const files: { stream_ops?: { fsync?: unknown } } = pglite.Module.NODEFS;
  if (files.stream_ops) {
    files.stream_ops.fsync = ({ nfd }: { nfd: number }) => {
      calls += 1;
      try {
        fsyncSync(nfd);
        return 0;
      } catch (error) {
        // Where a directory cannot be synchronised PostgreSQL goes on at EINVAL; at EIO it stops.
        return error instanceof Error && "code" in error && error.code !== "EIO" ? EINVAL : EIO;
      }
    };
  }
  await pglite.exec("CHECKPOINT");
  if (calls === 0) {
    throw new DatabaseError(
      "unreadable",
      "This version of PGlite does not write to the disk for certain.",
    );
  }
}

/** Makes sure that every file and directory below a directory, and itself, is on the disk. */
export function syncTree(directory: string) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) syncTree(path);
    else syncPath(path, "r+");
  }
  syncDirectory(directory);
}

/** Makes sure that a directory's entries, such as a file just renamed, are on the disk. */
export function syncDirectory(directory: string) {
  if (process.platform !== "win32") syncPath(directory, "r"); // Windows opens no directories
}

function syncPath(path: string, flags: "r" | "r+") {
  const descriptor = openSync(path, flags);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
