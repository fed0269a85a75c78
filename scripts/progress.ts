import { print } from "./print";

const WIDTH = 32;

type Progress = { done: number; of: number };

/**
 * Draws a bar over the one before it.
 * @param what is counted, such as "links checked"
 */
function drawBar({ done, of }: Progress, what: string): void {
  const full = Math.round((done / of) * WIDTH);
  const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
  process.stdout.write(`\r${bar} ${done} of ${of} ${what}`);
}

/** Shows how far something is: at a terminal as a bar, in a log as a line for each tenth. */
export function progressOf(what: string): (progress: Progress) => void {
  let said = 0;
  if (process.stdout.isTTY) return (progress) => drawBar(progress, what);
  return ({ done, of }) => {
    const tenth = Math.floor((done / of) * 10);
    if (tenth > said) print(`${done} of ${of} ${what}`);
    said = tenth;
  };
}

/** Ends the line of a bar. */
export function endBar(): void {
  if (process.stdout.isTTY) print("");
}
