import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { progressOf } from "./progress";

const { isTTY } = process.stdout;
let said: string[];

beforeEach(() => {
  said = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
});

afterEach(() => {
  vi.restoreAllMocks();
  process.stdout.isTTY = isTTY;
});

test.each([
  [{ done: 0, of: 3 }, 0],
  [{ done: 1, of: 3 }, 11],
  [{ done: 3, of: 3 }, 32],
])("at a terminal %j fills %i of 32", (progress, full) => {
  process.stdout.isTTY = true;
  progressOf("rows")(progress);
  expect(said.join("")).toBe(
    `\r${"█".repeat(full)}${"░".repeat(32 - full)} ${progress.done} of 3 rows`,
  );
});

test("a log has a line for each tenth", () => {
  process.stdout.isTTY = false;
  const draw = progressOf("rows");
  for (let done = 1; done <= 1000; done += 1) draw({ done, of: 1000 });
  expect(said).toHaveLength(10);
  expect(said.at(-1)).toBe("1000 of 1000 rows\n");
});
