import { printableLine } from "@/lib/process/printable";

/**
 * The lines of a table whose columns stand below each other.
 * @param numbers whether all columns but the first are numbers
 */
export function aligned(rows: string[][], { numbers = false } = {}): string[] {
  const shown = rows.map((row) => row.map(printableLine));
  const widths = shown[0]?.map((_, at) => Math.max(...shown.map((row) => row[at]?.length ?? 0)));
  const padded = (cell: string, at: number) => {
    const width = widths?.[at] ?? 0;
    return numbers && at > 0 ? cell.padStart(width) : cell.padEnd(width);
  };
  return shown.map((row) => row.map(padded).join("  ").trimEnd());
}
