import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { checkNode, generateCode } from "./prepare.mjs";
import { fail, run, step } from "./step.mjs";

/**
 * Makes the folder `standalone`, which runs with Node and nothing else: Next's server, what stands before it, and the commands. The image
 * is made of it, and so can be a server without npm.
 */

const FOLDER = "standalone";

/** Next's own folder, and where the usual build waits meanwhile. */
const BUILT = ".next";
const USUAL = ".next-usual";

/** What is read while it runs, and what Next therefore does not know of. */
const READ_LATER = [
  "prisma/migrations",
  "messages",
  "node_modules/swagger-ui-dist/swagger-ui.css",
  "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
  "LICENSE",
];

async function buildNext() {
  rmSync(FOLDER, { recursive: true, force: true });
  if (existsSync(BUILT) && !existsSync(USUAL)) renameSync(BUILT, USUAL);
  try {
    const blind = ["--import", "./scripts/without-env-files.mjs"];
    await run(process.execPath, [...blind, "node_modules/next/dist/bin/next", "build"], {
      env: { STANDALONE: "on" },
      otherwise: "The build failed.",
    });
    renameSync(join(BUILT, "standalone"), FOLDER);
    cpSync(join(BUILT, "static"), join(FOLDER, BUILT, "static"), { recursive: true });
  } finally {
    rmSync(BUILT, { recursive: true, force: true });
    if (existsSync(USUAL)) renameSync(USUAL, BUILT);
  }
}

/** Next takes the files with settings along, which hold secrets. */
function leaveSettingsHere() {
  for (const name of readdirSync(FOLDER)) if (/^\.env/.test(name)) rmSync(join(FOLDER, name));
}

function addFiles() {
  const isNeeded = (/** @type {string} */ path) => !path.endsWith(".ts");
  for (const path of READ_LATER) {
    cpSync(path, join(FOLDER, path), { recursive: true, filter: isNeeded });
  }
}

/**
 * How a file is made of a module and all that it needs, but for the packages that the server has beside it.
 * @type {import("esbuild").BuildOptions}
 */
const bundled = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20.19",
  conditions: ["react-server"],
  external: ["@electric-sql/pglite", "pg", "pg-native", "@prometheus-io/client"],
  banner: {
    js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
  },
  logLevel: "warning",
};

/** At the same place as here: it reads files from there. */
async function bundleWhatStandsBeforeNext() {
  const file = "lib/process/server/before-next.mjs";
  await build({ ...bundled, entryPoints: [file], outfile: join(FOLDER, file) });
}

/** Those of package.json. */
async function bundleCommands() {
  const scripts = Object.values(JSON.parse(readFileSync("package.json", "utf8")).scripts);
  await build({
    ...bundled,
    entryPoints: scripts.flatMap((line) => String(line).match(/scripts\/[\w-]+\.ts$/) ?? []),
    outdir: join(FOLDER, "commands"),
    outExtension: { ".js": ".mjs" },
    splitting: true,
  });
}

// Ctrl-C ends the build, and the usual one comes back.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

try {
  checkNode();
  await step("Generated code", generateCode);
  await step("Build", buildNext);
  leaveSettingsHere();
  await step("Files that are read later", addFiles);
  await step("What stands before Next", bundleWhatStandsBeforeNext);
  await step("Commands", bundleCommands);
} catch (error) {
  fail(error);
}
