import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { servers } from "../e2e/independent/servers.mjs";
import { installFromDebian } from "./debian.mjs";
import { installPackages } from "./prepare.mjs";
import { StepError } from "./step.mjs";

/** The servers of `npm run test:independent`: which are here, and how those that are not come here. */

/** @typedef {import("../e2e/independent/servers.mjs").Server} Server */

/**
 * Installs what is missing where that is possible.
 * @returns {Promise<{ versions: string[], missing: Record<string, string> }>} the versions that are here, and for each
 * server that is not why
 */
export async function findServers() {
  await tried(() => installPackages("e2e/independent"));
  await installDebianPackages();
  return lookFor(servers);
}

/**
 * Which servers are here, without installing any.
 * @param {Record<string, Server>} servers
 * @returns {ReturnType<typeof findServers>}
 */
export async function lookFor(servers) {
  /** @type {string[]} */
  const versions = [];
  /** @type {Record<string, string>} */
  const missing = {};
  for (const [name, server] of Object.entries(servers)) {
    const version = await versionOf(server);
    if (version) versions.push(version);
    else missing[name] = howToGet(server);
  }
  return { versions, missing };
}

/** Of every server that lacks any; only root can, and only on Debian. */
async function installDebianPackages() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  /** @type {Server[]} */
  const lacking = [];
  for (const server of Object.values(servers)) {
    if (server.debian.length > 0 && !(await versionOf(server))) lacking.push(server);
  }
  const packages = lacking.flatMap(({ debian }) => debian);
  if (packages.length === 0) return;
  console.log(`  Debian's packages ${packages.join(", ")} are installed on this machine.`);
  await tried(() => installFromDebian(packages));
}

/**
 * What a server says of itself when all that it needs is there.
 * @param {Server} server
 */
async function versionOf({ command: [program = "", ...args] }) {
  try {
    const { stdout } = await promisify(execFile)(program, [...args, "--version"]);
    return stdout.trim();
  } catch {
    return null;
  }
}

/** @param {Server} server */
function howToGet({ title, debian }) {
  return debian.length > 0
    ? `${title} is not here: install the packages ${debian.join(", ")} of Debian`
    : `${title} is not here: its packages could not be installed from npm`;
}

/**
 * What fails is told by the servers that stay missing.
 * @param {() => Promise<unknown>} install
 */
async function tried(install) {
  try {
    await install();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    console.log(`  ${error.message}`);
  }
}
