import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";
import { languages } from "./language/languages.mjs";
import { portals } from "./portals/registry";

/**
 * The rooms of the house, and which other rooms each one may import from. Reading down the list is reading the data flow:
 * a room may only use rooms that stand below it, so there are no circles. `lib/db`, `lib/env` and `lib/process` serve
 * everybody above them; of `lib/process`, files that need rooms above have lines of their own.
 */
const rooms: Record<string, readonly string[]> = {
  app: [
    "lib/auth/pages",
    "lib/auth/trip",
    "lib/auth/flow",
    "lib/auth/session",
    "lib/api",
    "lib/accounts/linking",
    "lib/accounts/links",
    "lib/accounts/people",
    "lib/accounts/revocation",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/process/readiness",
    "lib/process",
    "lib/process/server",
    "lib/language",
  ],
  scripts: [
    "lib/accounts/figures",
    "lib/accounts/clients",
    "lib/accounts/imports",
    "lib/accounts/people",
    "lib/accounts/checks",
    "lib/accounts/retention",
    "lib/accounts/revocation",
    "lib/accounts/tokens",
    "lib/conversation",
    "lib/db",
    "lib/process/server",
    "lib/process",
    "lib/env",
    "lib/language",
    "e2e", // which servers there are to try it against
  ],
  e2e: ["lib/language", "lib/db", "e2e/simulator"], // a PostgreSQL server for the apps; the simulator knows nothing of ours
  "lib/process/startup": [
    "lib/accounts/connect",
    "lib/api",
    "lib/accounts/linking",
    "lib/accounts/retention",
    "lib/accounts/revocation",
    "lib/accounts/tokens",
    "lib/accounts/watch",
    "lib/conversation",
    "lib/db",
    "lib/process",
    "lib/process/server",
    "lib/env",
  ],
  "lib/process/shutdown": [
    "lib/api",
    "lib/accounts/retention",
    "lib/accounts/watch",
    "lib/accounts/clients",
    "lib/accounts/refresh",
    "lib/process",
  ],

  "lib/auth/pages": [
    "lib/language",
    "lib/accounts/people",
    "lib/process/server",
    "lib/accounts/connect",
    "lib/auth/trip",
    "lib/auth/flow",
    "lib/auth/session",
    "lib/accounts/linking",
    "lib/accounts/links",
    "lib/accounts/checks",
    "lib/accounts/revocation",
    "lib/conversation",
    "lib/portals",
    "lib/process/after-answer",
    "lib/db",
    "lib/process",
    "lib/env",
  ],
  "lib/auth/trip": [
    "lib/accounts/connect",
    "lib/auth/authjs",
    "lib/auth/flow",
    "lib/auth/session",
    "lib/accounts/linking",
    "lib/accounts/revocation",
    "lib/accounts/audit",
    "lib/accounts/tokens",
    "lib/conversation",
    "lib/portals",
    "lib/oauth",
    "lib/process/after-answer",
    "lib/db",
    "lib/process/server",
    "lib/process",
    "lib/env",
  ],
  "lib/auth/authjs": [
    "lib/auth/flow",
    "lib/auth/session",
    "lib/accounts/linking",
    "lib/conversation",
    "lib/portals",
    "lib/oauth",
    "lib/process",
    "lib/env",
  ],
  "lib/auth/flow": [
    "lib/accounts/connect",
    "lib/accounts/revocation",
    "lib/auth/session",
    "lib/accounts/linking",
    "lib/accounts/tokens",
    "lib/conversation",
    "lib/portals",
    "lib/oauth",
    "lib/db",
    "lib/process",
    "lib/env",
  ],
  "lib/auth/session": [
    "lib/accounts/tokens",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/db",
    "lib/process",
    "lib/env",
  ],

  // For programs, as `lib/auth` is for people: the two do not know each other.
  "lib/api": [
    "lib/accounts/figures",
    "lib/accounts/imports",
    "lib/accounts/connect",
    "lib/accounts/clients",
    "lib/accounts/events",
    "lib/conversation",
    "lib/db",
    "lib/process/server",
    "lib/process",
    "lib/env",
  ],

  "lib/accounts/figures": [
    "lib/accounts/refresh",
    "lib/accounts/links",
    "lib/accounts/revocation",
    "lib/accounts/tokens",
    "lib/accounts/events",
    "lib/conversation",
    "lib/portals",
    "lib/db",
    "lib/process",
  ],
  "lib/accounts/clients": [
    "lib/accounts/imports",
    "lib/accounts/connect",
    "lib/accounts/people",
    "lib/accounts/revocation",
    "lib/accounts/links",
    "lib/accounts/checks",
    "lib/accounts/refresh",
    "lib/accounts/tokens",
    "lib/accounts/statements",
    "lib/accounts/events",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/oauth",
    "lib/db",
    "lib/process",
    "lib/env",
  ],
  "lib/accounts/people": [
    "lib/language",
    "lib/portals",
    "lib/accounts/imports",
    "lib/accounts/connect",
    "lib/accounts/links",
    "lib/accounts/revocation",
    "lib/accounts/tokens",
    "lib/conversation",
    "lib/db",
    "lib/env",
  ],
  "lib/accounts/watch": [
    "lib/accounts/connect",
    "lib/accounts/imports",
    "lib/accounts/revocation",
    "lib/accounts/links",
    "lib/accounts/refresh",
    "lib/accounts/tokens",
    "lib/accounts/events",
    "lib/portals",
    "lib/db",
    "lib/process",
  ],
  "lib/accounts/imports": [
    "lib/accounts/connect",
    "lib/accounts/linking",
    "lib/accounts/checks",
    "lib/accounts/revocation",
    "lib/accounts/tokens",
    "lib/accounts/events",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/oauth",
    "lib/db",
    "lib/process",
  ],
  "lib/accounts/connect": [
    "lib/process",
    "lib/accounts/linking",
    "lib/accounts/events",
    "lib/accounts/revocation",
    "lib/accounts/tokens",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/db",
  ],
  "lib/accounts/linking": [
    "lib/accounts/revocation",
    "lib/accounts/tokens",
    "lib/accounts/events",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/db",
  ],
  "lib/accounts/links": [
    "lib/accounts/refresh",
    "lib/accounts/revocation",
    "lib/accounts/tokens",
    "lib/accounts/statements",
    "lib/accounts/events",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/db",
  ],
  "lib/accounts/checks": [
    "lib/accounts/refresh",
    "lib/accounts/tokens",
    "lib/accounts/events",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/db",
    "lib/process",
  ],
  "lib/accounts/refresh": [
    "lib/accounts/revocation",
    "lib/accounts/tokens",
    "lib/accounts/statements",
    "lib/accounts/events",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/oauth",
    "lib/db",
    "lib/process",
  ],
  "lib/accounts/revocation": [
    "lib/accounts/tokens",
    "lib/accounts/events",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/oauth",
    "lib/db",
    "lib/process",
  ],
  "lib/accounts/tokens": [
    "lib/accounts/statements",
    "lib/accounts/audit",
    "lib/conversation",
    "lib/portals",
    "lib/oauth",
    "lib/db",
    "lib/env",
  ],
  "lib/accounts/events": ["lib/conversation", "lib/db"],
  "lib/accounts/retention": ["lib/db", "lib/process", "lib/env"],
  "lib/accounts/statements": ["lib/db"],
  "lib/accounts/audit": ["lib/db"],

  "lib/conversation": ["lib/portals", "lib/oauth", "lib/db", "lib/process", "lib/env"],
  "lib/portals": ["lib/oauth"],
  "lib/oauth": [],
  "lib/process/after-answer": ["lib/process"], // knows Next, which lib/accounts does not
  "lib/process/readiness": ["lib/db", "lib/process"],
  "lib/process/request-error": ["lib/db", "lib/process", "lib/process/server"],
  "lib/db": ["lib/process", "lib/env"],
  "lib/process/server": ["lib/language"],
  "lib/language": ["messages", "lib/process", "lib/env"],
  "lib/process": ["lib/env"],
  "lib/env": ["package.json"],
  messages: [],
  "e2e/simulator": [],
};

const names = Object.keys(rooms);
const root = resolve(import.meta.dirname, "..");

test.each(names)("%s imports only from the rooms it names, and names no more", (room) => {
  const arrows = arrowsOf(room);
  const allowed = rooms[room] ?? [];
  const strays = arrows.filter(({ to }) => !allowed.includes(to)).map(({ import: each }) => each);
  expect(strays).toEqual([]);
  const used = new Set(arrows.map(({ to }) => to));
  expect(allowed.filter((each) => !used.has(each))).toEqual([]);
});

test("no room imports from one that stands above it", () => {
  const back = names.flatMap((room, at) =>
    (rooms[room] ?? [])
      .filter((other) => names.includes(other) && names.indexOf(other) < at)
      .map((other) => `${room} → ${other}`),
  );
  expect(back).toEqual([]);
});

test("every file of ours is in a room", () => {
  const strays = sourceFiles("lib")
    .map(nameOf)
    .filter((path) => !names.includes(roomOf(path)));
  expect(strays).toEqual([]);
});

test("what the house looks like", () => {
  const inside = ["lib/accounts", "lib/auth"].map((layer) => {
    const own = names.filter((name) => name.startsWith(`${layer}/`));
    const arrows = own.flatMap((room) => (rooms[room] ?? []).filter((each) => own.includes(each)));
    return `${layer}: ${own.length} rooms, ${arrows.length} arrows, ${floorsOf(own)} floors`;
  });
  const arrows = Object.values(rooms).flat().length;
  // biome-ignore lint/suspicious/noConsole: a figure for the reader of the test's output
  console.info([`${names.length} rooms, ${arrows} arrows in all`, ...inside].join("\n"));
  expect(arrows).toBeGreaterThan(0);
});

test("a portal is named only in its own file and in the registry", () => {
  const named = new RegExp(`["'\`/](${portals.map(({ id }) => id).join("|")})`);
  const comments = /\/\*[\s\S]*?\*\//g; // which give examples
  const strays = ["app", "messages", ...names.filter((name) => name.startsWith("lib/"))]
    .filter((room) => room !== "lib/portals")
    .flatMap(sourceFiles)
    .filter((file) => named.test(readFileSync(file, "utf8").replace(comments, "")));
  expect(strays.map((file) => relative(root, file))).toEqual([]);
});

test("links come into being, and are given new tokens, in one place", () => {
  const adapter = "lib/accounts/linking/adapter.ts";
  expect(filesWith(/\bPrismaAdapter\(/)).toEqual([adapter]);
  expect(filesWith(/\baccount\s*\.\s*(create|createMany|createManyAndReturn|upsert)\b/)).toEqual(
    [],
  );
  expect(filesWith(/generation: \{ increment|generation = generation \+ 1/)).toEqual([adapter]);
  expect(filesWith(/INTO \$\{table\(\w+, "Account"\)/)).toEqual([]);
  expect(filesWith(/\baccount\s*\.\s*update(Many(AndReturn)?)?\b/).toSorted()).toEqual([
    "lib/accounts/checks/check.ts", // how the link is
    "lib/accounts/checks/claim.ts", // who is checking it
    "lib/accounts/clients/letting-go.ts", // what a client has called it
    "lib/accounts/events/broken.ts", // what has been told of it
    "lib/accounts/linking/one-user.ts", // whose it is
    "lib/accounts/links/name-link.ts", // what its user calls it
    "lib/accounts/refresh/disclaim.ts", // a lease alone
    "lib/accounts/refresh/record.ts", // refreshed tokens, fenced by lease and generation
    "lib/accounts/tokens/locks.ts", // nothing but the time
  ]);
  expect(filesWith(/UPDATE \$\{table\(\w+, "Account"\)/).toSorted()).toEqual([
    "lib/accounts/checks/claim.ts",
    "lib/accounts/checks/due-links.ts", // that its tokens answer
    adapter,
    "lib/accounts/refresh/claim.ts", // who is refreshing it
    "lib/accounts/refresh/record.ts", // when it may be refreshed again
    "lib/accounts/watch/look.ts", // when to look at it again
  ]);
});

test("there is one way to make a transaction, and SQL of ours says where its tables are", () => {
  expect(filesWith(/\$transaction\b/)).toEqual(["lib/db/transaction.ts"]);
  expect(filesWith(/\b(FROM|JOIN|UPDATE|INTO)\s+"?[A-Z][a-z]/)).toEqual([]);
});

test("OpenTelemetry is loaded by one file, which is loaded only where traces are wanted", () => {
  expect(filesWith(/^import (?!type )[^;]*"@opentelemetry\//m)).toEqual([
    "lib/process/traces/start.ts",
  ]);
  expect(filesWith(/from "[^"]*traces\/start"/)).toEqual([]);
  expect(filesWith(/import\("[^"]*traces\/start"\)/)).toEqual(["lib/process/startup.ts"]);
});

test.each(["lib/api", "lib/accounts", "lib/conversation", "lib/portals", "lib/oauth", "lib/db"])(
  "%s runs without Next",
  (layer) => {
    const strays = sourceFiles(layer).filter((file) =>
      /from "next["/]/.test(readFileSync(file, "utf8")),
    );
    expect(strays.map((file) => relative(root, file))).toEqual([]);
  },
);

test("messages are sentences alone", () => {
  const files = readdirSync(join(root, "messages")).filter((name) => !name.endsWith(".test.ts"));
  expect(files.toSorted()).toEqual(languages.map((language) => `${language}.json`).toSorted());
});

test.each(["lib/api", "lib/auth", "lib/accounts", "lib/conversation"])(
  "%s cannot end up in a browser",
  (layer) => {
    const harmless = ["problems.ts", "reference.ts", "linked-portal.ts", "longest-label.ts"];
    const open = sourceFiles(layer)
      .filter((file) => !harmless.some((name) => file.endsWith(name)))
      .filter((file) => !readFileSync(file, "utf8").startsWith('import "server-only";'));
    expect(open.map((file) => relative(root, file))).toEqual([]);
  },
);

/** The files that have such a text in them. */
function filesWith(pattern: RegExp): string[] {
  return ["app", "lib", "scripts"]
    .flatMap(sourceFiles)
    .filter((file) => pattern.test(readFileSync(file, "utf8")))
    .map((file) => relative(root, file));
}

type Arrow = { to: string; import: string };

/** Every import of a room that leads out of it. */
function arrowsOf(room: string): Arrow[] {
  const own = sourceFiles(room).filter((file) => roomOf(nameOf(file)) === room);
  return own.flatMap((file) =>
    importsOf(file)
      .map((target) => ({
        to: roomOf(target),
        import: `${relative(root, file)} → ${target}`,
      }))
      .filter(({ to }) => to !== room),
  );
}

/** How many rooms stand on top of each other at the highest place. */
function floorsOf(own: readonly string[]): number {
  const height = (room: string): number =>
    1 + Math.max(0, ...(rooms[room] ?? []).filter((each) => own.includes(each)).map(height));
  return Math.max(...own.map(height));
}

/** Source files below a path, or the one file of that name, without tests and what tests alone use. */
function sourceFiles(path: string): string[] {
  const single = [".ts", ".mjs"].map((ending) => join(root, path + ending)).filter(existsSync);
  if (single.length > 0) return single;
  return readdirSync(join(root, path), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(tsx?|mjs)$/.test(name) && !/\.(test|spec)\.tsx?$/.test(name))
    .filter(
      (name) =>
        !/(^|\/)(generated|fixtures|node_modules)\//.test(name) && !/(^|\/)testing\.ts$/.test(name),
    )
    .map((name) => join(root, path, name));
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

/** A file as it is imported: its path from the root without the ending. */
function nameOf(file: string) {
  return relative(root, file).replace(/\.\w+$/, "");
}

/** The longest name that the path begins with; the path itself where it is in no room. */
function roomOf(path: string) {
  const within = names.filter((name) => path === name || path.startsWith(`${name}/`));
  return within.toSorted((a, b) => b.length - a.length)[0] ?? path;
}
