import { createHash } from "node:crypto";
import {
  appendFileSync,
  createReadStream,
  existsSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { z } from "zod";
import type { LineResult } from "@/lib/accounts/imports/run";
import { CommandError } from "./command";
import { linesOf } from "./lines";

const Head = z.object({ results_of: z.string() });
const Row = z.object({ line: z.int().min(1) });

/**
 * The results of a file: a line for each of its lines that has come to an end, written as soon as it has. With them an import goes on
 * where it was; what was done and not written is found by the import itself.
 */
export class ImportResults {
  private readonly path: string;
  private readonly done = new LineNumbers();
  /** How many lines had come to an end before. */
  before = 0;

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws {CommandError} when the results are another file's */
  static async of(file: string, path = `${file}.results.jsonl`): Promise<ImportResults> {
    const results = new ImportResults(path);
    const head = `${JSON.stringify({ results_of: await hashOf(file) })}\n`;
    if (existsSync(path)) cutLastLine(path);
    if (!existsSync(path) || statSync(path).size === 0) writeFileSync(path, head, { mode: 0o600 });
    else await results.readAgain(head.trim());
    return results;
  }

  private async readAgain(head: string) {
    for await (const { number, text } of linesOf(this.path)) {
      if (number === 1) {
        if (text === head) continue;
        const isAnother = Head.safeParse(parsed(text)).success;
        const what = isAnother ? "has the results of another file" : "has no results of an import";
        throw new CommandError(`${this.path} ${what}. Name another with --results.`);
      }
      const row = Row.safeParse(parsed(text)).data;
      if (!row) throw new CommandError(`${this.path} is damaged in line ${number}.`);
      this.done.add(row.line);
      this.before += 1;
    }
  }

  has(line: number): boolean {
    return this.done.has(line);
  }

  add(result: LineResult): void {
    appendFileSync(this.path, `${JSON.stringify(result)}\n`);
  }
}

/** A bit for each line: a million take 125 KB. */
class LineNumbers {
  private bits = new Uint8Array(1024);

  add(line: number): void {
    const at = line >> 3;
    if (at >= this.bits.length) {
      const more = new Uint8Array(Math.max(at + 1, 2 * this.bits.length));
      more.set(this.bits);
      this.bits = more;
    }
    this.bits[at] = (this.bits[at] ?? 0) | (1 << (line & 7));
  }

  has(line: number): boolean {
    return ((this.bits[line >> 3] ?? 0) & (1 << (line & 7))) !== 0;
  }
}

/** What a kill has left of a line. What it said is found again by the import itself. */
function cutLastLine(path: string) {
  const text = readFileSync(path);
  truncateSync(path, text.lastIndexOf(0x0a) + 1);
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return null;
  }
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest("base64url");
}
