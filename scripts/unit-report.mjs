import { writeFileSync } from "node:fs";

/** @import { Reporter, TestModule } from "vitest/node" */

/**
 * Writes how many tests passed and failed, and which were skipped and why, for the end of `npm test`.
 * @implements {Reporter}
 */
export class UnitReport {
  #file;

  /** @param {string} file */
  constructor(file) {
    this.#file = file;
  }

  /** @param {readonly TestModule[]} modules */
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const results = tests.map((test) => ({ test, result: test.result() }));
    const report = {
      passed: results.filter(({ result }) => result.state === "passed").length,
      failed: results.filter(({ result }) => result.state === "failed").length,
      skipped: results.flatMap(({ test, result }) =>
        result.state === "skipped"
          ? [
              {
                name: `${test.module.relativeModuleId} › ${test.fullName}`,
                why: result.note ?? null,
              },
            ]
          : [],
      ),
    };
    writeFileSync(this.#file, JSON.stringify(report));
  }
}
