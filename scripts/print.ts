import { printableLine } from "@/lib/process/printable";

/** How commands write: a line is one line, and what a terminal would obey is written as its name. */

export function print(...lines: string[]): void {
  process.stdout.write(textOf(lines));
}

/** For what is no result: sentences about it, and about what is wrong. */
export function tell(...lines: string[]): void {
  process.stderr.write(textOf(lines));
}

function textOf(lines: string[]) {
  return lines.map((line) => `${printableLine(line)}\n`).join("");
}

/**
 * A reader that goes away, such as `head`, has read enough: the command does its work to the end, and says no more. Output
 * that cannot be written for another reason makes it fail.
 * @param failure what it ends with then
 */
export function surviveReaders(failure = 1): void {
  let told = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") return;
      process.exitCode = failure;
      if (!told && stream === process.stdout)
        tell(`✗ The output could not be written: ${error.code}.`);
      told = true;
    });
  }
}
