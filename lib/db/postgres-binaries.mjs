import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Debian's: one folder per version, none of them in PATH. */
const INSTALLED = "/usr/lib/postgresql";

/** Why a test is skipped where there are none. */
export const NO_POSTGRESQL = "PostgreSQL's programs (initdb, pg_ctl) are not installed here";

/**
 * For tests: the folder with PostgreSQL's own programs.
 * @returns {string | null} null where they are not installed
 */
export function postgresBinaries() {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort(byNumber).reverse() : [];
  const folders = [
    said("pg_config", "--bindir"),
    ...versions.map((version) => join(INSTALLED, version, "bin")),
    dirname(said("sh", "-c", "command -v initdb")),
  ];
  return folders.find((folder) => folder && existsSync(join(folder, "initdb"))) ?? null;
}

/** @param {string} a @param {string} b */
const byNumber = (a, b) => Number(a) - Number(b);

/**
 * @param {string} command
 * @param {string[]} args
 */
function said(command, ...args) {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return ""; // no such program, or nothing to say
  }
}
