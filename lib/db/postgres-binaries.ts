import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/** Debian's: one folder per version, none of them in PATH. */
const INSTALLED = "/usr/lib/postgresql";

/** For tests: the folder with PostgreSQL's own programs; null where they are not installed. */
export function postgresBinaries(): string | null {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).sort(byNumber).reverse() : [];
  const folders = [
    said("pg_config", "--bindir"),
    ...versions.map((version) => join(INSTALLED, version, "bin")),
    dirname(said("sh", "-c", "command -v initdb")),
  ];
  return folders.find((folder) => folder && existsSync(join(folder, "initdb"))) ?? null;
}

const byNumber = (a: string, b: string) => Number(a) - Number(b);

function said(command: string, ...args: string[]) {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return ""; // no such program, or nothing to say
  }
}
