import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSimulator } from "./simulator/server";
import { deploymentsFrom } from "./support/apps";
import { endChildren } from "./support/children";
import { mangledRequests } from "./support/mangled-requests";
import { tenPorts } from "./support/ports";
import { startApp } from "./support/production-app";
import { type RawRequest, send } from "./support/raw-request";

/** Ten thousand requests that are wrong in every way, to the production build: none is an error of the server. */

const SEEDS = [1, 2, 3, 4, 5];
const REQUESTS = 2_000;
const AT_ONCE = 8;

/** By how much the process may be larger after all of them than after the first three fifths, which have filled its caches. */
const GROWTH = 1.1;

let set: ReturnType<typeof deploymentsFrom>;
let folder = "";
let pid = 0;
let portals: Awaited<ReturnType<typeof startSimulator>>;

/** In bytes, after each seed. */
const sizes: number[] = [];

beforeAll(async () => {
  set = deploymentsFrom(await tenPorts());
  folder = mkdtempSync(join(tmpdir(), "portico-mangled-"));
  mkdirSync(folder, { recursive: true });
  portals = await startSimulator({ port: set.simulator.port, appOrigins: [set.apps.main.url] });
  const app = await startApp("main", set.apps.main, { folder, serviceKey: true });
  pid = app.pid ?? 0;
});

afterAll(async () => {
  await endChildren();
  portals?.close();
  rmSync(folder, { recursive: true, force: true });
});

test.for(SEEDS)("mangled requests of seed %i", async (seed, { annotate }) => {
  const { port, url } = set.apps.main;
  const source = {
    fields: await fieldsOf(`${url}/sign-in`),
    serviceKey: readFileSync(join(folder, "service-key"), "utf8"),
    session: `portico-${port}.session-token=${"x".repeat(43)}`,
    origin: url,
  };
  expect(source.fields.length).toBeGreaterThan(0);

  const next = mangledRequests(seed, source);
  const answers: { request: RawRequest; status: number | null }[] = [];
  const began = performance.now();
  const worker = async () => {
    while (answers.length < REQUESTS) {
      const request = next();
      answers.push({ request, status: await send(port, request) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  sizes.push(await sizeAtRest());
  expect(answers.filter(({ status }) => status !== null && status >= 500)).toEqual([]);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  const seconds = (performance.now() - began) / 1000;
  await annotate(
    `seed ${seed}: ${answers.length} requests in ${seconds.toFixed(0)} s, ${statuses(answers)}`,
    "figure",
  );
});

test("every line of the log is one of JSON, but Next's greeting", () => {
  const lines = readFileSync(join(folder, "app-main.log"), "utf8").split("\n").filter(Boolean);
  const others = lines.filter(
    (line) => !isJson(line) && !/^(?:[▲✓\s⚠]|- (?:Local|Network):)/.test(line),
  );
  expect(others).toEqual([]);
});

test("memory comes back", async ({ annotate }) => {
  const [, , third = 0, , fifth = 0] = sizes;
  const growth = fifth / third;
  const megabytes = sizes.map((size) => Math.round(size / 2 ** 20)).join(", ");
  await annotate(
    `${megabytes} MB after each seed, the fifth is ${growth.toFixed(2)} times the third`,
    "figure",
  );
  expect(growth).toBeLessThan(GROWTH);
});

test("there is no session, and no link", async () => {
  await endChildren();
  const db = await PGlite.create(join(folder, "database-main", "data"));
  const tables = ["Session", "Account", "User"];
  const counts = await Promise.all(
    tables.map((table) => db.query<{ n: number }>(`SELECT count(*)::int AS n FROM "${table}"`)),
  );
  await db.close();
  expect(counts.map(({ rows }) => rows[0]?.n)).toEqual([0, 0, 0]);
});

/** Resident memory, the least of some seconds without requests. Where no `/proc` says it, there is nothing to compare. */
async function sizeAtRest() {
  const seen: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    await sleep(500);
    seen.push(sizeNow());
  }
  return Math.min(...seen);
}

function sizeNow() {
  try {
    const [, kilobytes] =
      /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return 1;
  }
}

/** The names of all that the forms of a page hold. */
async function fieldsOf(page: string) {
  const html = await (await fetch(page)).text();
  return [...html.matchAll(/<(?:input|select)[^>]* name="([^"]*)"/g)].map(([, name = ""]) => name);
}

function isJson(line: string) {
  try {
    return typeof JSON.parse(line) === "object";
  } catch {
    return false;
  }
}

function statuses(answers: readonly { status: number | null }[]) {
  const counts = new Map<string, number>();
  for (const { status } of answers) {
    const name = status === null ? "closed" : String(status);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${count} × ${name}`)
    .join(", ");
}
