import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { rotatingPortal, rotatingVariables } from "../testing";

/** A file of links, line by line. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;

beforeEach(async () => {
  portal = await rotatingPortal();
  const variables = {
    ...rotatingVariables(portal.url),
    OLX_CHECKS_PER_SECOND: "200",
    OLX_CHECKS_AT_ONCE: "3",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  await memory.client.client.create({ data: { id: "acme", name: "Acme", returnUrls: [] } });
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(async () => {
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

const line = (n: number, more: object = {}) =>
  JSON.stringify({
    user: { external_id: `agent-${n}` },
    connection: "olx-otodom",
    tokens: { access_token: `a${n}` },
    ...more,
  });

async function importing(texts: (string | null)[], { dryRun = false, stopAfter = Infinity } = {}) {
  const { importLines } = await import("./run");
  const stop = new AbortController();
  const results: Record<number, string> = {};
  async function* lines() {
    for (const [n, text] of texts.entries()) yield { number: n + 1, text };
  }
  const { left } = await importLines(lines(), {
    ...{ clientId: "acme", dryRun, signal: stop.signal },
    onResult: (result) => {
      results[result.line] = result.result;
      if (Object.keys(results).length >= stopAfter) stop.abort();
    },
  });
  return { results, left: [...left.values()] };
}

test("each line has one result, and what is wrong with one says where", async () => {
  const { results, left } = await importing([
    line(1),
    "not JSON",
    null,
    line(4, { connection: "nowhere" }),
    line(5, { more: 1 }),
    line(6),
    line(6),
  ]);
  expect(results).toEqual({
    1: "imported",
    2: "invalid",
    3: "invalid",
    5: "invalid",
    6: "imported",
    7: "already_linked",
  });
  expect(left).toEqual([{ reason: "not_offered", lines: 1 }]); // it may be set up by the next run
  expect(await memory.client.account.count()).toBe(2);
});

test("a line is told what is wrong in the words of the API, without what it holds", async () => {
  const { importLines } = await import("./run");
  const errors: unknown[] = [];
  async function* lines() {
    yield { number: 1, text: line(1, { tokens: { "a-secret": 1 } }) };
  }
  await importLines(lines(), {
    ...{ clientId: "acme", dryRun: false, signal: new AbortController().signal },
    onResult: (result) => errors.push("errors" in result && result.errors),
  });
  expect(errors).toEqual([
    [
      { pointer: "#/tokens/access_token", detail: "is required" },
      { pointer: "#/tokens", detail: "has a name that is not known here" },
    ],
  ]);
});

test("a dry run asks no portal and writes nothing, and knows what is there", async () => {
  await importing([line(1)]);
  const asked = portal.reads.length;
  const { results } = await importing([line(1), line(2)], { dryRun: true });
  expect(results).toEqual({ 1: "already_linked", 2: "not_asked" });
  expect([portal.reads.length, await memory.client.account.count()]).toEqual([asked, 1]);
});

test("never more at once than the portal is to be asked", async () => {
  let now = 0;
  let most = 0;
  portal.onRead = async (response) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    now -= 1;
    response.end('{"data":[]}');
  };
  await importing(Array.from({ length: 12 }, (_, n) => line(n)));
  expect(most).toBe(3);
});

test("the lines of a portal that is away for long are left, and can be imported later", async () => {
  portal.onRead = (response) => void response.writeHead(429, { "retry-after": "3600" }).end();
  const { results, left } = await importing([line(1), "{}", line(3)]);
  expect(results).toEqual({ 2: "invalid" });
  expect(left).toMatchObject([{ reason: "rate_limited", lines: 2 }]);
  expect(await memory.client.account.count()).toBe(0);
});

test("a run that is ended begins nothing more", async () => {
  const { results } = await importing(
    Array.from({ length: 50 }, (_, n) => line(n)),
    { stopAfter: 5 },
  );
  const done = Object.keys(results).length;
  expect(done).toBeLessThan(12);
  expect(await memory.client.account.count()).toBe(done);
});
