import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, runNode, StepError } from "./step.mjs";

/** What a fresh clone needs before anything runs. Each part looks whether it has been done for these very files. */

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

export function checkNode() {
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new StepError(`Node ${process.versions.node} is too old: Portico needs 20.19 or newer.`);
}

/**
 * Installs the packages of the lockfile, without their install scripts: none is needed, and none is to be trusted.
 * @param folder with package.json and lockfile
 */
export async function installPackages(folder = ".") {
  const stamp = join(folder, "node_modules/.portico-installed");
  const wanted = hashOf(["package.json", "package-lock.json"].map((name) => join(folder, name)));
  if (stampIs(stamp, wanted)) return "nothing to do";
  const npm = process.env.npm_execpath;
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  const args = ["ci", "--prefix", folder, "--ignore-scripts", ...quiet];
  const otherwise = "The packages could not be installed: is the package registry reachable?";
  await (npm ? runNode(npm, args, { otherwise }) : run("npm", args, { otherwise }));
  writeFileSync(stamp, wanted);
}

/**
 * Writes the code that is made from other files: the database client, and which sentences there are. A sentence that a language lacks,
 * or says with other placeholders, ends it.
 */
export async function generateCode() {
  const client = await generateClient();
  const sentences = await generateSentences();
  return client && sentences;
}

/** Its generator only wants to know that a schema engine exists, and would download one. */
async function generateClient() {
  const stamp = "lib/db/generated/.portico-generated";
  const wanted = hashOf(["prisma/schema.prisma", "package-lock.json"]);
  if (stampIs(stamp, wanted)) return "nothing to do";
  await runNode("node_modules/prisma/build/index.js", ["generate"], {
    env: { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
  });
  writeFileSync(stamp, wanted);
}

async function generateSentences() {
  const folder = "lib/language/generated";
  const stamp = join(folder, ".portico-generated");
  const wanted = hashOf([...filesIn("messages"), "scripts/messages.mjs", "package-lock.json"]);
  if (stampIs(stamp, wanted)) return "nothing to do";
  const { failureWords, messageErrors, sentenceTypes } = await import("./messages.mjs");
  const errors = messageErrors("messages");
  if (errors.length > 0) throw new StepError(errors.join("\n"));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "sentences.ts"), sentenceTypes("messages"));
  for (const [name, text] of Object.entries(failureWords("messages"))) {
    writeFileSync(join(folder, name), text);
  }
  writeFileSync(stamp, wanted);
}

/** Builds the app for production, unless the last build was made from these very files; of settings it knows nothing. */
export async function buildApp() {
  const stamp = ".next/portico-built";
  const wanted = hashOf([
    ...["app", "lib", "messages", "prisma", "public"].flatMap(filesIn),
    ...readdirSync(".").filter((name) => /^(instrumentation|proxy|.*\.config)\.\w+$/.test(name)),
    ...["package.json", "package-lock.json", "tsconfig.json"],
  ]);
  if (stampIs(stamp, wanted)) return "nothing to do";
  const blind = ["--import", "./scripts/without-env-files.mjs"];
  await run(process.execPath, [...blind, "node_modules/next/dist/bin/next", "build"], {
    otherwise: "The build failed.",
  });
  writeFileSync(stamp, wanted);
}

/** Makes .env from .env.example with secrets of its own; an .env that is there is left alone. */
export function makeEnvFile() {
  if (existsSync(".env")) return "there is one already";
  const fresh = () => randomBytes(32).toString("base64");
  const text = readFileSync(".env.example", "utf8")
    .replace(/^AUTH_SECRET=.*$/m, () => `AUTH_SECRET="${fresh()}"`)
    .replace(/^TOKEN_KEYS=.*$/m, () => `TOKEN_KEYS="k1:${fresh()}"`);
  writeFileSync(".env", text, { mode: 0o600 });
  return "made from .env.example, with fresh secrets";
}

/**
 * @param {string} stamp
 * @param {string} wanted
 */
function stampIs(stamp, wanted) {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
}

/**
 * One hash over names and contents.
 * @param {string[]} files
 */
function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files.toSorted())
    hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

/**
 * Source files of a folder; tests and what is generated do not change the app.
 * @param {string} folder
 */
function filesIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => !/\.test\.tsx?$|generated/.test(file) && statSync(file).isFile());
}
