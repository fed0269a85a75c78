import { writeFileSync } from "node:fs";
import { cpus } from "node:os";

/** @import { Reporter, TestModule } from "vitest/node" */

/**
 * Writes and prints the figures that tests have told, each an annotation of the type "figure".
 * @implements {Reporter}
 */
export class FiguresReport {
  #file;

  /** @param {string} file */
  constructor(file) {
    this.#file = file;
  }

  /** @param {readonly TestModule[]} modules */
  onTestRunEnd(modules) {
    const tests = modules
      .flatMap((module) => [...module.children.allTests()])
      .map((test) => ({
        name: test.fullName,
        file: test.module.relativeModuleId,
        state: test.result().state,
        seconds: Math.round((test.diagnostic()?.duration ?? 0) / 1000),
        figures: test
          .annotations()
          .filter(({ type }) => type === "figure")
          .map(({ message }) => message),
      }));
    const machine = `${cpus().length} × ${cpus()[0]?.model} (${process.arch}), Node ${process.version}`;
    writeFileSync(this.#file, `${JSON.stringify({ machine, tests }, null, 2)}\n`);
    console.log(`\n${machine}`);
    for (const { name, seconds, figures } of tests) {
      console.log(`\n${name} (${seconds} s)`);
      for (const figure of figures) console.log(`  ${figure}`);
    }
  }
}
