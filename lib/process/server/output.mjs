import { writeSync } from "node:fs";

/** What waits for a slow reader takes so many bytes at most, for each of the two streams. */
const ROOM = 1024 * 1024;

/** What a waiting text takes besides its bytes, about. */
const OVERHEAD = 128;

/** How often a reader that took nothing is tried again. */
const RETRY_MS = 100;

/** How long the end of the process waits for a reader. */
const LAST_CHANCE_MS = 1_000;

/**
 * From here on printing never stops the process, in our own code or in Next's: not when the reader of a pipe is gone or reads no more, and
 * not when a disk is full. What cannot be written waits in a bounded memory or is dropped, and once writing works again a line
 * says how many lines were lost. Node by itself waits for ever, takes all memory, or throws for each line and prints that.
 */
export function guardOutput() {
  guard(process.stdout);
  guard(process.stderr);
}

/** @typedef {{ bytes: Uint8Array, lines: number, begun: boolean }} Waiting */

/**
 * What a stream of the process has, and its type does not name.
 * @typedef {NodeJS.WriteStream & { fd: number, _handle?: { setBlocking?: (blocking: boolean) => void } }} OutputStream
 */

/** @param {OutputStream} stream */
function guard(stream) {
  const { fd, _handle: handle } = stream;
  /** @type {Waiting[]} */
  let waiting = [];
  let taken = 0;
  let lost = 0;
  let torn = false;
  let retrying = false;

  /**
   * @param {Uint8Array} bytes
   * @param {number} lines that are lost when it is
   */
  function put(bytes, lines) {
    waiting.push({ bytes, lines, begun: false });
    taken += bytes.length + OVERHEAD;
  }

  function putCount() {
    if (waiting.length > 0 || lost === 0) return;
    put(Buffer.from(`${torn ? "\n" : ""}${countOf(lost)}\n`), lost);
    lost = 0;
    torn = false;
  }

  /** Writes as much as the other side takes now. */
  function flush() {
    for (let [first] = waiting; first; [first] = waiting) {
      try {
        handle?.setBlocking?.(false); // each time: a program that shares the pipe may have set it back
        const written = writeSync(fd, first.bytes);
        first.bytes = first.bytes.subarray(written);
        first.begun = true;
        taken -= written;
      } catch (error) {
        if (isBusy(error)) return tryLater();
        return drop();
      }
      if (first.bytes.length > 0) continue;
      waiting.shift();
      taken -= OVERHEAD;
      putCount();
    }
  }

  function drop() {
    for (const { lines, begun } of waiting) {
      lost += lines;
      torn ||= begun;
    }
    waiting = [];
    taken = 0;
  }

  function tryLater() {
    if (retrying) return;
    retrying = true;
    const retry = () => {
      retrying = false;
      flush();
    };
    setTimeout(retry, RETRY_MS).unref();
  }

  /** @type {(chunk: string | Uint8Array, encoding?: unknown, callback?: unknown) => boolean} */
  const write = (chunk, encoding, callback) => {
    const bytes = bytesOf(chunk, encoding);
    const lines = linesIn(bytes);
    putCount();
    if (taken > 0 && taken + bytes.length > ROOM) lost += lines;
    else put(bytes, lines);
    flush();
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  stream.write = write;

  process.on("exit", () => {
    for (const end = Date.now() + LAST_CHANCE_MS; waiting.length > 0 && Date.now() < end; ) {
      pause(10);
      flush();
    }
  });
}

/** @param {number} lines */
function countOf(lines) {
  const at = new Date().toISOString();
  return JSON.stringify({ at, level: "error", event: "log.lines_lost", lines });
}

/**
 * @param {string | Uint8Array} chunk
 * @param {unknown} encoding
 */
function bytesOf(chunk, encoding) {
  if (typeof chunk !== "string") return Uint8Array.from(chunk); // its owner may write into it again
  const known = typeof encoding === "string" && Buffer.isEncoding(encoding);
  return Buffer.from(chunk, known ? encoding : "utf8");
}

/** @param {Uint8Array} bytes */
function linesIn(bytes) {
  let lines = 0;
  for (const byte of bytes) if (byte === 10) lines += 1;
  return Math.max(lines, 1);
}

/** @param {unknown} error */
function isBusy(error) {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
