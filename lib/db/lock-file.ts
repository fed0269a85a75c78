import { closeSync, fstatSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";

/** A lock file as it was seen. Any touch, and any other file in its place, has another version. */
export type SeenLockFile = { content: string; version: string; ageMs: number };

/** Creates the file and writes the content into it; null when there is one. */
export function createLockFile(file: string, content: string) {
  const descriptor = createNew(file);
  if (descriptor === null) return null;
  try {
    writeSync(descriptor, content);
  } catch (error) {
    closeSync(descriptor);
    removeFile(file);
    throw error; // the disk is full
  }
  return {
    /** Renews the file's time by writing what is already there. */
    touch() {
      try {
        writeSync(descriptor, content, 0);
      } catch {
        // An untouched lock still holds; only who cannot see this process might doubt it.
      }
    },
    release() {
      try {
        closeSync(descriptor);
        if (lookAt(file)?.content === content) removeFile(file);
      } catch {
        // The disk takes no change any more. A lock that stays behind names a process that has ended.
      }
    },
  };
}

/** The file as it is now; null when there is none. */
export function lookAt(file: string): SeenLockFile | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch (error) {
    if (isCode(error, "ENOENT")) return null;
    throw error;
  }
  try {
    const { ino, mtimeNs, mtimeMs } = fstatSync(descriptor, { bigint: true });
    const content = readFileSync(descriptor, "utf8");
    return {
      content,
      version: `${ino} ${mtimeNs} ${content}`,
      ageMs: Date.now() - Number(mtimeMs),
    };
  } finally {
    closeSync(descriptor);
  }
}

export function removeFile(file: string) {
  rmSync(file, { force: true });
}

function createNew(file: string) {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    if (isCode(error, "EEXIST")) return null;
    throw error;
  }
}

function isCode(error: unknown, code: string) {
  return error instanceof Error && "code" in error && error.code === code;
}
