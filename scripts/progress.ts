const WIDTH = 32;

export type Progress = { done: number; of: number };

/**
 * Draws a bar over the one before it.
 * @param what is counted, such as "links checked"
 */
export function drawBar({ done, of }: Progress, what: string): void {
  const full = Math.round((done / of) * WIDTH);
  const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
  process.stdout.write(`\r${bar} ${done} of ${of} ${what}`);
}
