import { expect, test, vi } from "vitest";
import { drawBar } from "./progress";

test.each([
  [{ done: 0, of: 3 }, 0],
  [{ done: 1, of: 3 }, 11],
  [{ done: 3, of: 3 }, 32],
])("%j fills %i of 32", (progress, full) => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  drawBar(progress, "rows");
  const said = write.mock.calls.flat().join("");
  write.mockRestore();
  expect(said).toBe(`\r${"█".repeat(full)}${"░".repeat(32 - full)} ${progress.done} of 3 rows`);
});
