import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { expiredLink, granted, rotatingPortal } from "@/lib/accounts/testing";
import { freePort } from "@/lib/db/fixtures/programs";
import { memoryDatabase } from "@/lib/db/testing";
import { answerApiFirst } from "@/lib/process/server/api-listener.mjs";
import { apiVariables, endProcess, goodLink, keyFor } from "../testing";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("@/lib/accounts/figures/figures", { spy: true });

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;
let api: typeof import("../port");
let readFigures: typeof import("@/lib/accounts/figures/figures").readFigures;
let address = "";
let key = "";

beforeEach(async () => {
  for (const level of ["log", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation(() => {});
  portal = await rotatingPortal();
  memory = await memoryDatabase();
  at.client = memory.client;
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  const variables = { ...apiVariables(portal.url), API_PORT: String(port), AUDIT_VENDS: "0" };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.resetModules();
  api = await import("../port");
  ({ readFigures } = await import("@/lib/accounts/figures/figures"));
  await api.listenForApi();
  key = await keyFor();
});

afterEach(async () => {
  await api.closeApi();
  await endProcess();
  vi.clearAllMocks();
  portal.close();
  await memory.close();
});

async function scrape() {
  const answer = await fetch(`${address}/metrics`);
  expect(answer.status).toBe(200);
  return answer.text();
}

/** The value of a line; undefined where there is none. */
function sampleOf(text: string, name: string) {
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  return line && Number(line.slice(name.length));
}

function vend(link: string) {
  const headers = { authorization: `Bearer ${key}` };
  return fetch(`${address}/api/v1/links/${link}/token`, { method: "POST", headers });
}

test("the API's own port answers without a key, in the text format of Prometheus", async () => {
  const answer = await fetch(`${address}/metrics?x=1`);
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  const lines = (await answer.text()).split("\n").filter((line) => line && !line.startsWith("#"));
  const form = /^[a-z_:][a-z0-9_:]*(\{([a-z_]+="[^"\\\n]*",?)*\})? (-?[\d.e+-]+|\+Inf|NaN)$/i;
  expect(lines.filter((line) => !form.test(line))).toEqual([]);
  expect(lines.length).toBeGreaterThan(100);
});

test.each([
  ["HEAD", 405],
  ["OPTIONS", 204],
])("%s is not for it", async (method, status) => {
  const answer = await fetch(`${address}/metrics`, { method });
  expect([answer.status, answer.headers.get("allow")]).toEqual([status, "GET, OPTIONS"]);
});

test("the public address has no metrics, however they are asked for", async () => {
  const nexts = createServer((_, response) => void response.writeHead(404).end("Next's"));
  answerApiFirst(nexts); // as the public server is made, with our listener for the API in front
  await new Promise<void>((resolve) => nexts.listen(0, "127.0.0.1", resolve));
  const { port } = nexts.address() as AddressInfo;
  const { request } = await import("node:http");
  const ask = (path: string) =>
    new Promise<[number | undefined, string]>((resolve) => {
      request({ port, path, host: "127.0.0.1" }, async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        resolve([response.statusCode, text]);
      }).end();
    });
  for (const path of ["/metrics", "/metrics/", "/api/v1/metrics", "/api/v1/../../metrics"]) {
    const [status, text] = await ask(path);
    expect([path, status]).toEqual([path, 404]);
    expect(text).not.toContain("portico_");
  }
  nexts.close();
  const pages = readdirSync("app", { recursive: true, encoding: "utf8" });
  expect(pages.filter((path) => /(^|\/)metrics(\/|\.|$)/.test(path))).toEqual([]);
});

test("vends are counted by what came of them, also those that AUDIT_VENDS leaves out", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const broken = await goodLink(memory.client, "olx-otodom", { reconnectReason: "refused" });
  for (const link of [id, id, broken.id]) expect((await vend(link)).status).toBe(200);
  const text = await scrape();
  const vends = (outcome: string) =>
    sampleOf(text, `portico_vends_total{connection="olx-otodom",outcome="${outcome}"}`);
  expect([vends("succeeded"), vends("reconnect_needed")]).toEqual([2, 1]);
});

test("refreshes are counted once for all who wait for them, by what the portal answered", async () => {
  const good = await expiredLink(memory.client);
  portal.delay = 50;
  await Promise.all([vend(good), vend(good), vend(good)]);
  portal.faults.push({
    at: "before",
    answer: (response) =>
      void response
        .writeHead(400, { "content-type": "application/json" })
        .end('{"error":"invalid_grant"}'),
  });
  await vend(await expiredLink(memory.client));
  const text = await scrape();
  const refreshes = (outcome: string) =>
    sampleOf(
      text,
      `portico_refreshes_total{portal="olx",connection="olx-otodom",outcome="${outcome}"}`,
    );
  expect([refreshes("succeeded"), refreshes("refused")]).toEqual([1, 1]);
  expect(sampleOf(text, "portico_refresh_lease_wait_seconds_count")).toBe(0);
});

test("a wait for another process's refresh is measured", async () => {
  const leaseUntil = new Date(Date.now() + 60_000);
  const link = await expiredLink(memory.client, { leaseOwner: "another", leaseUntil });
  const waiting = vend(link);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const inAnHour = Date.now() / 1000 + 3_600;
  await memory.client.account.update({
    where: { id: link },
    data: { generation: 2, expires_at: inAnHour, leaseUntil: null, leaseOwner: null },
  });
  expect((await waiting).status).toBe(200);
  const text = await scrape();
  expect(sampleOf(text, "portico_refresh_lease_wait_seconds_count")).toBe(1);
  expect(sampleOf(text, "portico_refresh_lease_wait_seconds_sum")).toBeGreaterThan(0.05);
});

test("figures of the deployment and of the process are there", async () => {
  await goodLink(memory.client, "olx-otodom");
  const text = await scrape();
  const otodom = 'connection="olx-otodom",environment="production"';
  expect(sampleOf(text, `portico_links{${otodom},state="connected"}`)).toBe(1);
  expect(sampleOf(text, `portico_portal_in_trouble{${otodom}}`)).toBe(0);
  expect(sampleOf(text, "portico_figures_read")).toBe(1);
  expect(sampleOf(text, "portico_database_connections_max")).toBe(1);
  expect(sampleOf(text, "portico_database_waiting")).toBe(0);
  expect(sampleOf(text, "process_resident_memory_bytes")).toBeGreaterThan(0);
  expect(text).toContain("nodejs_eventloop_lag_p99_seconds ");
});

test("scrapes at once, and soon after each other, read the database once", async () => {
  await Promise.all([scrape(), scrape(), scrape()]);
  await scrape();
  expect(readFigures).toHaveBeenCalledTimes(1);
});

test("while the database is away, what the process knows is there all the same", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  await vend(id);
  vi.mocked(readFigures).mockRejectedValueOnce(new Error("The database is away"));
  const text = await scrape();
  expect(sampleOf(text, "portico_figures_read")).toBe(0);
  expect(text).toMatch(/^portico_vends_total\{/m);
  expect(text).toMatch(/^portico_database_connections\{state="idle"\} /m);
  expect(text).not.toMatch(/^portico_links/m);
  expect(sampleOf(await scrape(), "portico_figures_read")).toBe(1);
});

test("a database that takes its time does not keep a scrape from being answered", async () => {
  vi.mocked(readFigures).mockReturnValueOnce(new Promise(() => {}));
  expect(sampleOf(await scrape(), "portico_figures_read")).toBe(0);
}, 20_000);

test("a database that is always slow gives a scrape the figures of the reading before, with their age", async () => {
  expect(sampleOf(await scrape(), "portico_figures_age_seconds")).toBeLessThan(5);
  const now = performance.now.bind(performance);
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now() + 60_000);
  onTestFinished(() => clock.mockRestore());
  vi.mocked(readFigures).mockReturnValueOnce(new Promise(() => {}));
  const text = await scrape();
  expect(sampleOf(text, "portico_figures_read")).toBe(1);
  expect(sampleOf(text, "portico_links_share")).toBe(1);
  expect(sampleOf(text, "portico_figures_age_seconds")).toBeGreaterThanOrEqual(60);
}, 20_000);

test("no person, no link, no token and no key is in it", async () => {
  const { id, user } = await goodLink(memory.client, "olx-otodom");
  await granted(memory.client, { clientId: "acme", externalId: "agent-1", link: id });
  await vend(id);
  const text = await scrape();
  const [, keyId = "no id", secret = "no secret"] = /^portico_(.{12})_(.+)$/.exec(key) ?? [];
  for (const word of [
    id,
    user,
    "agent-1",
    "Anna",
    "eyJ",
    "access-1",
    "client-secret",
    keyId,
    secret,
  ])
    expect(text).not.toContain(word);
  expect(text).toContain('client="acme"');
  expect(secret).toHaveLength(43);
});

test("every metric is documented, and every one that is documented is there", async () => {
  const [, section = ""] =
    /^## Metrics\n(.*?)^## /ms.exec(readFileSync("docs/operate.md", "utf8")) ?? [];
  const documented = new Set(section.match(/\bportico_[a-z_]+/g));
  await vend((await goodLink(memory.client, "olx-otodom")).id);
  await filled();
  const text = await scrape();
  const there = new Set([...text.matchAll(/^# TYPE (portico_\w+)/gm)].map(([, name]) => name));
  expect([...there].toSorted()).toEqual([...documented].toSorted());
});

/** So that there is an oldest of everything. */
async function filled() {
  const { client } = memory;
  await client.revocation.create({
    data: { userId: "u", connection: "spark", environment: "production", member: "m" },
  });
  await client.event.create({ data: { reader: "", type: "link.created" } });
  await client.eventPosition.create({ data: { reader: "", last: 1n } });
  await client.serviceKey.updateMany({ data: { lastUsedAt: new Date() } });
  await expiredLink(client);
  await client.$executeRaw`ANALYZE`;
}
