import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { apiVariables, ask, endProcess, goodLink, keyFor } from "../testing";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const olx = "https://olx.example";
const taxonomy = { method: "GET", url: `${olx}/taxonomy/v1/categories/` };
const immo = "https://rest.immobilienscout24.de/restapi/api";
const regions = { method: "GET", url: `${immo}/gis/v1.0/country/276/region` };

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  for (const [name, value] of Object.entries(apiVariables(olx))) vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  vi.spyOn(console, "log").mockImplementation(() => {});
});

afterEach(async () => {
  await endProcess();
  vi.restoreAllMocks();
  await memory.close();
});

const applicationKey = (connections: string[] = []) =>
  keyFor({ connections, calls: ["application"] });

async function headersFor(id: string, body: object, key?: string) {
  return ask("connectionHeaders", { id }, { key: key ?? (await applicationKey()), body });
}

test("without any link, a portal's API key goes out where it is enough", async () => {
  const { status, body } = await headersFor("olx-otodom", taxonomy);
  expect(status).toBe(200);
  expect(body).toEqual({
    headers: {
      "user-agent": expect.stringMatching(/^Portico\//),
      "x-api-key": "key",
      accept: "application/json",
    },
  });
});

test("where requests are signed, it is without a token, and each time anew", async () => {
  await goodLink(memory.client, "immoscout24", { refresh_token: null });
  const [first, second] = [
    await headersFor("immoscout24", regions),
    await headersFor("immoscout24", regions),
  ];
  const { authorization } = first.body.headers;
  expect(authorization).toMatch(/^OAuth oauth_consumer_key="consumer-key", /);
  expect(authorization).not.toContain("oauth_token=");
  expect(second.body.headers.authorization).not.toBe(authorization);
});

test.each([
  ["olx-otodom", { method: "GET", url: `${olx}/advert/v1/meta` }],
  ["olx-otodom", { method: "GET", url: `${olx}/taxonomy/v1/../../advert/v1/meta` }],
  ["olx-otodom", regions],
  ["immoscout24", { method: "GET", url: `${immo}/offer/v1.0/user/me/realestate` }],
])("%s: an address that needs a member is refused: %o", async (id, wish) => {
  const { status, body } = await headersFor(id, wish);
  expect(status).toBe(400);
  expect(body.errors).toEqual([{ pointer: "#/url", detail: expect.stringMatching(/^must /) }]);
});

test.each(["mlsconnect-federia", "spark-oauth2-private"])(
  "%s: a portal that gives nothing without a member says so",
  async (id) => {
    const { status, body } = await headersFor(id, taxonomy);
    expect([status, body.code]).toEqual([409, "link_needed"]);
  },
);

test("a connection that the key may not see is none", async () => {
  const key = await applicationKey(["immoscout24"]);
  expect((await headersFor("immoscout24", regions, key)).status).toBe(200);
  const hidden = await headersFor("olx-otodom", taxonomy, key);
  const absent = await headersFor("unknown", taxonomy, key);
  expect([hidden.status, absent.status]).toEqual([404, 404]);
  expect({ ...hidden.body, request_id: "" }).toEqual({ ...absent.body, request_id: "" });
});

test("a key that nothing was said about is not for it", async () => {
  const { status, headers } = await headersFor("olx-otodom", taxonomy, await keyFor());
  expect(status).toBe(403);
  expect(headers.get("www-authenticate")).toContain('scope="application"');
});

test("there is no generation to refuse", async () => {
  const { status, body } = await headersFor("olx-otodom", { ...taxonomy, rejected_generation: 1 });
  expect([status, body.errors]).toEqual([
    400,
    [{ pointer: "#/rejected_generation", detail: "is not known here" }],
  ]);
});

test("each is recorded as a vend of no link and no user, and what was refused is not", async () => {
  const key = await applicationKey();
  await headersFor("olx-otodom", { ...taxonomy, url: `${olx}/advert/v1/meta` }, key);
  const named = { key, body: taxonomy, headers: { "x-request-id": "job-7" } };
  await ask("connectionHeaders", { id: "olx-otodom" }, named);
  const { everythingWritten } = await import("@/lib/accounts/clients/write-behind");
  await everythingWritten();
  expect(await memory.client.auditEvent.findMany({ where: { action: "vend" } })).toMatchObject([
    {
      outcome: "succeeded",
      actor: `key:${key.split("_")[1]}`,
      connection: "olx-otodom",
      accountId: null,
      userId: null,
      requestId: "job-7",
    },
  ]);
});
