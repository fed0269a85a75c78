import { createReadStream } from "node:fs";
import type { Line } from "@/lib/accounts/imports/run";

/** More bytes than a line of a file has that means something. */
const LONGEST = 64 * 1024;

const NEWLINE = 0x0a;

/**
 * The lines of a file, one at a time, without those that are blank. A line that is too long is read past, and is null.
 * @param onRead told how many bytes have been read so far
 */
export async function* linesOf(
  file: string,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<Line> {
  let number = 0;
  let read = 0;
  let pieces: Buffer[] = [];
  let size = 0;

  function take(): Line | null {
    number += 1;
    const text = size > LONGEST ? null : Buffer.concat(pieces).toString("utf8");
    pieces = [];
    size = 0;
    const shown = number === 1 ? text?.replace(/^\uFEFF/, "") : text;
    return shown?.trim() === "" ? null : { number, text: shown ?? null };
  }

  function keep(piece: Buffer) {
    size += piece.length;
    if (size <= LONGEST) pieces.push(piece);
    else pieces = [];
  }

  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, to));
      from = to + 1;
      const line = take();
      if (line) yield line;
    }
    keep(chunk.subarray(from));
    read += chunk.length;
    onRead(read);
  }
  const last = size > 0 ? take() : null;
  if (last) yield last;
}
