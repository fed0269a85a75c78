import { run } from "./step.mjs";

/**
 * Installs packages of Debian, as root or with a sudo that does not ask.
 * @param {string[]} packages
 */
export async function installFromDebian(packages) {
  await aptGet("update");
  await aptGet("install", "-y", "--no-install-recommends", ...packages);
}

/** @param {string[]} args */
function aptGet(...args) {
  const command = ["apt-get", ...args];
  const [program = "", ...rest] = process.getuid?.() === 0 ? command : ["sudo", "-n", ...command];
  return run(program, rest, { env: { DEBIAN_FRONTEND: "noninteractive" } });
}
