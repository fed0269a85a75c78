import { accessSync, constants, mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseError, reasonOf } from "./errors";

/** What keeps the embedded database from its files: by Node's code, by WASI's number and in PostgreSQL's words. */
const OBSTACLES = [
  {
    codes: ["ENOSPC", "EDQUOT"],
    numbers: [51, 19],
    words: /No space left on device|quota exceeded/i,
    sentence: (directory: string) =>
      `The disk with ${directory} is full: make room there, and start again if it has stopped. What the embedded database has acknowledged is kept.`,
  },
  {
    codes: ["EROFS"],
    numbers: [69],
    words: /Read-only file system/i,
    sentence: (directory: string) =>
      `${directory} is on a disk that can only be read: make it writable, or set DATABASE_DIRECTORY to a folder that is.`,
  },
  {
    codes: ["EACCES", "EPERM"],
    numbers: [2, 63],
    words: /Permission denied|Operation not permitted/i,
    sentence: (directory: string, path?: string) =>
      `This process may not read and write everything in ${directory}${ownersOf(path)}: give the whole folder to one user, and run the app and its commands as that user.`,
  },
  {
    codes: ["ENOTDIR", "EEXIST"],
    numbers: [54],
    words: /Not a directory/i,
    sentence: (directory: string) =>
      `${directory} is no folder, or is below a file: set DATABASE_DIRECTORY to a folder.`,
  },
] as const;

/** A sentence about what keeps the embedded database from its files; null when it is something else. */
export function obstacleIn(error: unknown, directory: string): string | null {
  const { code, errno, path } = (error ?? {}) as { code?: string; errno?: number; path?: string };
  const text = reasonOf(error);
  const found = OBSTACLES.find(
    ({ codes, numbers, words }) =>
      codes.some((each) => each === code) ||
      numbers.some((each) => each === errno) ||
      words.test(text),
  );
  return found ? found.sentence(directory, path) : null;
}

/** Runs what opens the files of a directory, and names what keeps it from them. */
export async function namingObstacles<T>(directory: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const sentence = obstacleIn(error, directory);
    throw sentence ? new DatabaseError("unusable", sentence, error) : error;
  }
}

/** Makes a folder and those above it. Node says of a disk that can only be read that there is no such folder. */
export function makeFolder(directory: string) {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    accessSync(nearestTo(directory), constants.W_OK);
    throw error;
  }
}

/**
 * Sees that everything below a directory may be read and written. PostgreSQL would find out file by file, and the
 * last of them in the middle of a request: one command that was run as another user is enough for that.
 *
 * @throws what the operating system says, with the path
 */
export function probeTree(directory: string) {
  accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) probeTree(path);
    else accessSync(path, constants.R_OK | constants.W_OK);
  }
}

/** Whose something is, and who asks for it. */
function ownersOf(path: string | undefined) {
  const user = process.getuid?.();
  if (user === undefined || !path) return "";
  const seen = nearestTo(path);
  return `: it runs as user ${user}, and ${seen} belongs to user ${statSync(/* turbopackIgnore: true */ seen).uid}`;
}

/** The path itself, or the nearest above it that is there and may be looked at. */
function nearestTo(path: string): string {
  try {
    statSync(path);
    return path;
  } catch {
    return nearestTo(dirname(path));
  }
}
