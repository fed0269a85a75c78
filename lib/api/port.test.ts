import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { rotatingPortal } from "@/lib/accounts/testing";
import { freePort } from "@/lib/db/fixtures/programs";
import { memoryDatabase } from "@/lib/db/testing";
import { apiVariables, endProcess, goodLink, keyFor } from "./testing";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;
let api: typeof import("./port");
let address = "";
let key = "";

beforeEach(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  portal = await rotatingPortal();
  memory = await memoryDatabase();
  at.client = memory.client;
  const port = await freePort();
  address = `http://127.0.0.1:${port}/api/v1`;
  const variables = { ...apiVariables(portal.url), API_PORT: String(port) };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  vi.resetModules();
  api = await import("./port");
  await api.listenForApi();
  key = await keyFor();
});

afterEach(async () => {
  await api.closeApi();
  await endProcess();
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

async function call(path: string, init: RequestInit = {}) {
  return fetch(`${address}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, ...init.headers },
  });
}

test("a token is vended, with the length of the answer", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const answer = await call(`/links/${id}/token`, { method: "POST" });
  const text = await answer.text();
  expect(JSON.parse(text).token.access_token).toBe("access-1");
  expect(answer.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
  expect(answer.headers.get("content-encoding")).toBeNull();
  expect(answer.headers.get("cache-control")).toBe("no-store");
});

test("a body is read, and one that is wrong is refused", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const json = { "content-type": "application/json" };
  const ask = async (body: string) =>
    (await call(`/links/${id}/token`, { method: "POST", headers: json, body })).status;
  expect(await ask('{"min_ttl": 60}')).toBe(200);
  expect(await ask('{"min_ttl": -1}')).toBe(400);
  expect(await ask(`{"x":"${"x".repeat(20_000)}"}`)).toBe(413);
});

test("a parameter in a path may be percent-encoded", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom");
  const ask = async (path: string) => (await call(path, { method: "POST" })).status;
  expect(await ask(`/links/${id.replaceAll("-", "%2D")}/token`)).toBe(200);
  expect(await ask(`/links/${id}%2Ftoken/token`)).toBe(404);
  expect(await ask("/links/%FF/token")).toBe(400);
});

test("methods and addresses are refused as at the public address", async () => {
  const put = await call("/links", { method: "PUT" });
  expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, POST, OPTIONS"]);
  const options = await call("/links", { method: "OPTIONS" });
  expect([options.status, await options.text()]).toEqual([204, ""]);
  const head = await call("/links", { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([405, ""]);
  for (const path of ["/nowhere", "/../../sign-in", "//evil.example/api/v1/links"]) {
    expect((await call(path)).status).toBe(404);
  }
  expect((await fetch(`${address}/links`)).status).toBe(401);
});

test("a long answer is compressed for those who ask for it", async () => {
  for (let n = 0; n < 5; n += 1) await goodLink(memory.client, "olx-otodom");
  const lengthFor = async (accepted: string) => {
    const answer = await call("/links", { headers: { "accept-encoding": accepted } });
    expect((await answer.json()).links).toHaveLength(5);
    expect(answer.headers.get("vary")).toBe("accept-encoding");
    return [answer.headers.get("content-encoding"), Number(answer.headers.get("content-length"))];
  };
  const [, whole] = await lengthFor("identity");
  for (const accepted of ["gzip", "br;q=1.0, GZIP;q=0.5", "deflate, gzip"]) {
    const [coding, length] = await lengthFor(accepted);
    expect(coding).toBe("gzip");
    expect(length).toBeLessThan(Number(whole) / 2);
  }
  for (const accepted of ["", "br", "gzip;q=0", "gzip; q=0.00", "xgzip"]) {
    expect((await lengthFor(accepted))[0]).toBeNull();
  }
});

test("what is under way when it closes is answered, and nothing more", async () => {
  const { id } = await goodLink(memory.client, "olx-otodom", {
    expires_at: Math.floor(Date.now() / 1000) - 1,
  });
  const answer = call(`/links/${id}/token`, { method: "POST" });
  await vi.waitFor(() => expect(portal.sent).toHaveLength(1));
  await api.closeApi();
  expect((await answer).status).toBe(200);
  await expect(fetch(`${address}/links`)).rejects.toThrow();
});

test("with API_PUBLIC=off the public address has no API", async () => {
  const { answerPublicly } = await import("./answer");
  const ask = async () =>
    (await answerPublicly(new Request("http://localhost:3000/api/v1/openapi.json"))).status;
  expect(await ask()).toBe(200);
  vi.stubEnv("API_PUBLIC", "off");
  vi.resetModules();
  const again = await import("./answer");
  const request = new Request("http://localhost:3000/api/v1/openapi.json");
  expect((await again.answerPublicly(request)).status).toBe(404);
});
