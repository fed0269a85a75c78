import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { portals } from "./portals/registry";

/** Who may import whom. Reading down the list is reading the data flow; nothing points back up. */
const mayImport: Record<string, readonly string[]> = {
  app: ["lib/auth", "lib/api", "lib/accounts", "lib/portals", "messages"],
  messages: ["lib/auth", "lib/accounts"], // types only: what there must be a sentence for
  "lib/api": ["lib/accounts", "lib/db", "lib/env", "lib/log"], // beside lib/auth: for programs, as that is for people
  "lib/auth": ["lib/accounts", "lib/portals", "lib/oauth", "lib/db", "lib/env", "lib/log"],
  "lib/accounts": ["lib/portals", "lib/oauth", "lib/db", "lib/env", "lib/log"],
  "lib/portals": ["lib/oauth"],
  "lib/oauth": [],
  "lib/db": ["lib/env"],
  "lib/env": ["package.json"],
  "lib/log": [],
  "lib/security-headers": [],
  scripts: ["lib/accounts", "lib/db", "lib/env"],
  e2e: [],
};

const root = resolve(import.meta.dirname, "..");

test.each(Object.keys(mayImport))("%s imports only what the data flow allows", (layer) => {
  const allowed = [layer, ...(mayImport[layer] ?? [])];
  const strays = filesIn(layer).flatMap((file) =>
    importsOf(file)
      .filter((target) => !allowed.includes(layerOf(target)))
      .map((target) => `${relative(root, file)} → ${target}`),
  );
  expect(strays).toEqual([]);
});

test("every file of ours is in a layer", () => {
  const layers = Object.keys(mayImport);
  const strays = filesIn("lib")
    .map((file) => relative(root, file).replace(/\.\w+$/, ""))
    .filter((path) => !layers.includes(layerOf(path)));
  expect(strays).toEqual([]);
});

test("a portal is named only in its own file and in the registry", () => {
  const named = new RegExp(`["'\`/](${portals.map(({ id }) => id).join("|")})`);
  const comments = /\/\*[\s\S]*?\*\//g; // which give examples
  const strays = [
    "app",
    "messages",
    "lib/api",
    "lib/auth",
    "lib/accounts",
    "lib/oauth",
    "lib/env",
    "lib/db",
  ]
    .flatMap(filesIn)
    .filter((file) => named.test(readFileSync(file, "utf8").replace(comments, "")));
  expect(strays.map((file) => relative(root, file))).toEqual([]);
});

test("messages import nothing that runs", () => {
  for (const file of filesIn("messages")) {
    expect(readFileSync(file, "utf8")).not.toMatch(/^import (?!type)/m);
  }
});

test.each(["lib/api", "lib/auth", "lib/accounts"])("%s cannot end up in a browser", (layer) => {
  const harmless = ["problems.ts", "reference.ts", "linked-portal.ts"];
  const open = filesIn(layer)
    .filter((file) => !harmless.some((name) => file.endsWith(name)))
    .filter((file) => !readFileSync(file, "utf8").startsWith('import "server-only";'));
  expect(open.map((file) => relative(root, file))).toEqual([]);
});

/** Source files of a layer, without its tests and what tests alone use. */
function filesIn(layer: string): string[] {
  const single = [".ts", ".mjs"].map((ending) => join(root, layer + ending)).filter(existsSync);
  if (single.length > 0) return single;
  return readdirSync(join(root, layer), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(tsx?|mjs)$/.test(name) && !/\.(test|spec)\.tsx?$/.test(name))
    .filter(
      (name) => !/(^|\/)(generated|fixtures)\//.test(name) && !/(^|\/)testing\.ts$/.test(name),
    )
    .map((name) => join(root, layer, name));
}

/** Project files a file imports, as paths from the root; packages are not our business here. */
function importsOf(file: string) {
  const specifiers = readFileSync(file, "utf8").matchAll(
    /(?:from|import)\s*\(?\s*["']([^"']+)["']/g,
  );
  return [...specifiers]
    .map(([, specifier = ""]) => specifier)
    .filter((specifier) => specifier.startsWith(".") || specifier.startsWith("@/"))
    .map((specifier) =>
      specifier.startsWith("@/")
        ? specifier.slice(2)
        : relative(root, resolve(dirname(file), specifier)),
    );
}

function layerOf(path: string) {
  return (
    Object.keys(mayImport).find((layer) => path === layer || path.startsWith(`${layer}/`)) ?? path
  );
}
