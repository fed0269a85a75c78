import { readdirSync, readFileSync, statSync } from "node:fs";

/**
 * Loaded before a program, with `node --import` or as its first import: what the .env files of this folder say reaches
 * neither it nor what it starts. Our own programs are told so. The others, such as Next's build, take nothing from a file for
 * a name that is there already, and to Portico an empty variable is the same as none.
 */

process.env.WITHOUT_ENV_FILES = "true";

const files = readdirSync(".").filter((name) => /^\.env/.test(name) && statSync(name).isFile());

// Several programs read these files, each a little differently: more names than any of them finds do no harm.
for (const [, name = ""] of files.flatMap((file) => [
  ...readFileSync(file, "utf8").matchAll(/([\w.-]+)\s*[=:]/g),
])) {
  process.env[name] ??= "";
}
