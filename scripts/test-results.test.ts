import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startVitest } from "vitest/node";
import { closingLines, endToEndCounts, unitCounts } from "./test-results.mjs";
import { UnitReport } from "./unit-report.mjs";

function folder() {
  const path = mkdtempSync(join(tmpdir(), "portico-results-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test("unit tests are counted, and those that skip themselves say why", async () => {
  const root = folder();
  writeFileSync(
    join(root, "four.test.ts"),
    `test("passes", () => {});
     test("fails", () => expect(1).toBe(2));
     test("lacks something", (context) => context.skip("There is no oven"));
     test.skip("is left out", () => {});`,
  );
  const file = join(root, "report.json");
  const reporters = [new UnitReport(file)];
  const options = { root, config: false, globals: true, watch: false, reporters } as const;
  const { exitCode } = process;
  await (await startVitest("test", [], { ...options, reporters }))?.close();
  process.exitCode = exitCode; // it says there that a test has failed
  expect(unitCounts(file)).toEqual({
    passed: 1,
    failed: 1,
    skipped: [
      { name: "four.test.ts › lacks something", why: "There is no oven" },
      { name: "four.test.ts › is left out", why: null },
    ],
  });
});

test("end-to-end tests are counted likewise, and one that passes at last has failed", () => {
  const file = join(folder(), "report.json");
  const spec = (title: string, ...annotations: object[]) => ({
    title,
    file: "links.spec.ts",
    tests: [{ status: title, annotations }],
  });
  writeFileSync(
    file,
    JSON.stringify({
      stats: { expected: 5, unexpected: 2, flaky: 1, skipped: 2 },
      suites: [
        {
          specs: [spec("expected")],
          suites: [
            { specs: [spec("skipped", { type: "skip", description: "no oven" }), spec("skipped")] },
          ],
        },
      ],
    }),
  );
  expect(endToEndCounts(file)).toEqual({
    passed: 5,
    failed: 3,
    skipped: [
      { name: "links.spec.ts › skipped", why: "no oven" },
      { name: "links.spec.ts › skipped", why: null },
    ],
  });
});

test("the last line is the numbers alone", () => {
  expect(closingLines({ passed: 7, failed: 0, skipped: [] })).toEqual(["7 passed, 0 failed"]);
  const skipped = [
    { name: "a", why: "There is no oven" },
    { name: "b", why: null },
    { name: "c", why: "There is no oven" },
  ];
  expect(closingLines({ passed: 7, failed: 1, skipped })).toEqual([
    "Skipped:",
    "  There is no oven:",
    "    a",
    "    c",
    "  No reason is given:",
    "    b",
    "",
    "7 passed, 1 failed, 3 skipped",
  ]);
});
