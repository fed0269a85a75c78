import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { installPackages } from "./prepare.mjs";
import { run, runNode, step } from "./step.mjs";

/** The oldest Node that package.json allows, and those that are maintained. */
const VERSIONS = ["20.19", "22", "24"];

/** The build and the unit tests on each, with programs of the package registry. */
export async function onEachNode() {
  await step("Packages of the examples", () => installPackages("examples/typed-client"));
  for (const version of VERSIONS) {
    let node = "";
    await step(`Node ${version}`, async () => {
      node = await install(version);
    });
    const otherwise = `This failed on Node ${version}.`;
    await step(`Build on Node ${version}`, () =>
      run(node, ["node_modules/next/dist/bin/next", "build"], { otherwise }),
    );
    await step(`Unit tests on Node ${version}`, () =>
      run(node, ["node_modules/vitest/vitest.mjs", "run"], { seen: true, otherwise }),
    );
  }
}

/** @param {string} version @returns the path of its program */
async function install(version) {
  const folder = resolve("test-results", `node-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const args = ["install", "--prefix", folder, "--ignore-scripts", `${name}@${version}`];
  const otherwise = `Node ${version} could not be installed: is the package registry reachable?`;
  const npm = process.env.npm_execpath;
  await (npm ? runNode(npm, args, { otherwise }) : run("npm", args, { otherwise }));
  const program = process.platform === "win32" ? "node.exe" : "node";
  return join(folder, "node_modules", name, "bin", program);
}
