import { readFileSync } from "node:fs";

/**
 * What the tests of a run came to, as their reports tell it.
 * @typedef {{ name: string, why: string | null }} Skipped
 * @typedef {{ passed: number, failed: number, skipped: Skipped[] }} Counts
 */

/**
 * Of a file that `UnitReport` has written.
 * @param {string} file
 * @returns {Counts}
 */
export function unitCounts(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

/**
 * Of a file that Playwright's JSON reporter has written.
 * @param {string} file
 * @returns {Counts}
 */
export function endToEndCounts(file) {
  /** @type {{ stats: { expected: number, unexpected: number, flaky: number }, suites: Suite[] }} */
  const { stats, suites } = JSON.parse(readFileSync(file, "utf8"));
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky,
    skipped: suites.flatMap(skippedOf),
  };
}

/**
 * @typedef {{ status: string, annotations: { type: string, description?: string }[] }} Test
 * @typedef {{ title: string, file: string, tests: Test[] }} Spec
 * @typedef {{ specs: Spec[], suites?: Suite[] }} Suite
 */

/**
 * @param {Suite} suite
 * @returns {Skipped[]}
 */
function skippedOf({ specs, suites = [] }) {
  const own = specs.flatMap(({ title, file, tests }) =>
    tests
      .filter(({ status }) => status === "skipped")
      .map(({ annotations }) => ({
        name: `${file} › ${title}`,
        why: annotations.find(({ description }) => description)?.description ?? null,
      })),
  );
  return [...own, ...suites.flatMap(skippedOf)];
}

/**
 * The last lines of a run: what was skipped, by reason, and in the last line nothing but the numbers.
 * @param {Counts} counts
 */
export function closingLines({ passed, failed, skipped }) {
  const sum = `${passed} passed, ${failed} failed`;
  if (skipped.length === 0) return [sum];
  const reasons = [...new Set(skipped.map(({ why }) => why))];
  const groups = reasons.flatMap((why) => [
    `  ${why ?? "No reason is given"}:`,
    ...skipped.filter((each) => each.why === why).map(({ name }) => `    ${name}`),
  ]);
  return ["Skipped:", ...groups, "", `${sum}, ${skipped.length} skipped`];
}
