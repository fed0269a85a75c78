import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deploymentsFrom } from "./support/apps";
import { knownServerErrors } from "./support/known-server-errors";
import { mangledRequests } from "./support/mangled-requests";
import { type RawRequest, send } from "./support/raw-request";

/** Thousands of requests that are wrong in every way, to the production build: none is an error of the server. */

const SEEDS = [1, 2, 3];
const REQUESTS = 2_000;
const AT_ONCE = 8;

let servers: ChildProcess;
let set: ReturnType<typeof deploymentsFrom>;

beforeAll(async () => {
  servers = spawn(process.execPath, ["--import", "tsx", "e2e/support/servers.ts", "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  set = deploymentsFrom(await firstPort(servers));
});

afterAll(async () => {
  const ended = new Promise((resolve) => servers.once("exit", resolve));
  servers.kill("SIGTERM");
  await ended;
});

async function firstPort({ stdout }: ChildProcess) {
  let said = "";
  for await (const chunk of stdout ?? []) {
    said += chunk;
    const [, port] = /^Ready, .* from (\d+)\.$/m.exec(said) ?? [];
    if (port) return Number(port);
  }
  throw new Error(`The servers did not start: ${said}`);
}

test.for(SEEDS)("mangled requests of seed %i", async (seed, { annotate }) => {
  const { port, url } = set.apps.main;
  const source = {
    fields: await fieldsOf(`${url}/sign-in`),
    serviceKey: readFileSync(`${set.folder}/service-key`, "utf8"),
    session: `portico.session=${"x".repeat(43)}`,
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

  const errors = answers.filter(({ status }) => status !== null && status >= 500);
  const unknown: typeof errors = [];
  for (const error of errors) if (!(await isKnown(error.request))) unknown.push(error);
  expect(unknown).toEqual([]);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);

  const seconds = (performance.now() - began) / 1000;
  const known = errors.length - unknown.length;
  await annotate(
    `seed ${seed}: ${answers.length} requests in ${seconds.toFixed(0)} s, ${statuses(answers)}; ${known} known errors`,
    "figure",
  );
});

test.for(knownServerErrors)("an error that is known: $reason", async ({ example, applies }) => {
  const { port, url } = set.apps.main;
  const action = (await fieldsOf(`${url}/sign-in`)).find((name) => name.startsWith("$ACTION_"));
  const { headers = [], ...rest } = example(action ?? "");
  const plain = { method: "GET", target: "/sign-in", body: "" };
  const request = { ...plain, ...rest, headers: [["host", "localhost"] as const, ...headers] };
  expect(await applies(request)).toBe(true);
  expect(await send(port, request)).toBe(500);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
});

async function isKnown(request: RawRequest) {
  for (const { applies } of knownServerErrors) if (await applies(request)) return true;
  return false;
}

/** The names of all that the forms of a page hold. */
async function fieldsOf(page: string) {
  const html = await (await fetch(page)).text();
  return [...html.matchAll(/<(?:input|select)[^>]* name="([^"]*)"/g)].map(([, name = ""]) => name);
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
