import { expect, test, vi } from "vitest";
import { drawBar, everyTenth } from "./progress";

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

test("a log has a line for each tenth", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const draw = everyTenth();
  for (let done = 1; done <= 1000; done += 1) draw({ done, of: 1000 }, "rows");
  const said = write.mock.calls.flat();
  write.mockRestore();
  expect(said).toHaveLength(10);
  expect(said.at(-1)).toBe("1000 of 1000 rows\n");
});
