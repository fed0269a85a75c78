import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import packageJson from "@/package.json";

/** What the README says of this project must be so: a newcomer has nothing else to go by. */

const readme = readFileSync("README.md", "utf8");
const prose = readme.replace(/^```[\s\S]*?^```$/gm, "");
const topLevel = readdirSync(".");

const allOf = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map(([, found = ""]) => found)),
];

test("every file it names is there", () => {
  const named = allOf(prose, /`([^`\s]+)`/g).filter(isPath);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((path) => !existsSync(fixedPart(path)))).toEqual([]);
});

test("every link of its own leads somewhere", () => {
  const targets = allOf(prose, /\]\(([^)\s]+)\)/g).filter((target) => !/^(\w+:|#)/.test(target));
  expect(targets.length).toBeGreaterThan(0);
  expect(targets.filter((target) => !existsSync(target.replace(/#.*/, "")))).toEqual([]);
});

test("every decision is in its list", () => {
  const decisions = readdirSync("docs/decisions").map((name) => `docs/decisions/${name}`);
  expect(decisions.filter((path) => !readme.includes(`](${path})`))).toEqual([]);
});

test("every command it gives is one of package.json", () => {
  const commands = allOf(readme, /\bnpm (?:run )?((?<=run )[\w:-]+|test|start)\b/g);
  expect(commands.length).toBeGreaterThan(0);
  expect(commands.filter((command) => !(command in packageJson.scripts))).toEqual([]);
});

test("every setting is in .env.example and in the README, and what must not be set is in the latter", () => {
  const schema = /const Schema = z\.object\(\{([\s\S]*?)\n\}\);/.exec(
    readFileSync("lib/env.ts", "utf8"),
  )?.[1];
  const settings = allOf(schema ?? "", /^ {2}([A-Z_]+):/gm);
  expect(settings).toContain("AUTH_URL");
  expect(settings.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);

  const refused = ["AUTH_REDIRECT_PROXY_URL"];
  const example = allOf(readFileSync(".env.example", "utf8"), /^([A-Z_]+)=/gm);
  expect(settings.filter((name) => !example.includes(name))).toEqual(refused);
});

/** Begins in a folder of this project, or ends like one of its files. What git ignores need not be there. */
function isPath(text: string) {
  if (/^(\/|\.env$|\.data\b|https?:)/.test(text)) return false;
  const [first = "", ...rest] = text.split("/");
  const ours = topLevel.includes(first) && (rest.length > 0 || first.includes("."));
  return ours || /^[\w.[\]<>/-]+\.(tsx?|mjs|json|md|prisma|sql|ya?ml|css|png)$/.test(text);
}

/** `lib/portals/<portal>.ts` stands for a file yet to be written: its folder must be there. */
function fixedPart(path: string) {
  const [before = ""] = path.split("<");
  return before === path ? path : dirname(`${before}x`);
}
