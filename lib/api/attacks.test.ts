import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keyCalls } from "@/lib/accounts/clients/service-keys";
import { granted, rotatingPortal } from "@/lib/accounts/testing";
import { poolUnder } from "@/lib/db/client";
import { memoryDatabase } from "@/lib/db/testing";
import { answer } from "./answer";
import { calls } from "./calls";
import { apiVariables, documentOf, endProcess, goodLink, keyFor } from "./testing";

/**
 * Every call of the document, with the keys of two clients, with none, and with one that is withdrawn: what another client has is to
 * each of them what is not there at all, in its answer and in what the database is asked for it.
 */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;
let world: Awaited<ReturnType<typeof twoClients>>;

beforeEach(async () => {
  portal = await rotatingPortal();
  for (const [name, value] of Object.entries(apiVariables(portal.url))) vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = await twoClients();
});

afterEach(async () => {
  await endProcess();
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

// biome-ignore lint/suspicious/noExplicitAny: a document of any depth
const document: any = documentOf(calls);

type Described = { security?: []; requestBody?: { content: Record<string, { examples: object }> } };

const operations = Object.entries<Record<string, Described>>(document.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([verb, operation]) => ({
      name: `${verb.toUpperCase()} ${path}`,
      method: verb.toUpperCase(),
      path,
      isOpen: operation.security?.length === 0,
      body: bodyOf(operation),
    })),
);

/** The first example of a body, which is a good one. */
function bodyOf({ requestBody }: Described): unknown {
  const [first] = Object.values(requestBody?.content["application/json"]?.examples ?? {});
  return first?.value;
}

type Operation = (typeof operations)[number];

async function twoClients() {
  const links = {
    acme: await goodLink(memory.client, "olx-otodom"),
    beta: await goodLink(memory.client, "olx-otodom"),
  };
  for (const clientId of ["acme", "beta"] as const) {
    const externalId = `${clientId}-agent`;
    await granted(memory.client, { clientId, externalId, link: links[clientId].id });
  }
  await memory.client.client.updateMany({ data: { returnUrls: ["https://crm.example/portals"] } });
  const beta = await keyFor({ client: "beta", calls: keyCalls });
  const session = await betasSession(beta);
  const connections = ["olx-otodom", "immoscout24"];
  const key = await keyFor({ client: "acme", calls: keyCalls, connections });
  return { links, key, session };
}

/** The id of a connect session that the other client has begun. */
async function betasSession(key: string) {
  const body = { user: { external_id: "beta-agent" }, return_url: "https://crm.example/portals" };
  const request = new Request("http://localhost:3000/api/v1/connect-sessions", {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return JSON.parse((await answer(request)).body ?? "").id as string;
}

/** What a call's address may name, by the place in its path. A new kind of thing has to be named here. */
const things: Record<string, () => { anothers: string; absent: string }> = {
  "/links/{id}": () => ({ anothers: world.links.beta.id, absent: crypto.randomUUID() }),
  "/connections/{id}": () => ({ anothers: "mlsconnect-federia", absent: "olx-nowhere" }),
  "/connect-sessions/{id}": () => ({ anothers: world.session, absent: `cs_${"x".repeat(22)}` }),
  "/users/{external_id}": () => ({ anothers: "beta-agent", absent: "acme-nowhere" }),
};

const named = operations.filter(({ path }) => path.includes("{"));
const lists = operations.filter(({ path, isOpen }) => !path.includes("{") && !isOpen);
const withKey = operations.filter(({ isOpen }) => !isOpen);

function thingIn({ path }: Operation) {
  const place = Object.keys(things).find((each) => path.includes(each));
  if (!place) throw new Error(`Say what ${path} names`);
  return { place, ...things[place]?.() };
}

async function send({ method, path, body }: Operation, thing = "x", key?: string, query = "") {
  const address = path.replace(/\{\w+\}/, encodeURIComponent(thing));
  const request = new Request(`http://localhost:3000${address}${query}`, {
    method,
    headers: {
      ...(key && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      "x-request-id": "attack",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const asked = vi.spyOn(poolUnder(memory.client), "query");
  asked.mockClear();
  const { status, headers, body: said } = await answer(request);
  const statements = asked.mock.calls.map(([query]) => textOf(query));
  const { ratelimit: _, ...sent } = headers; // how many calls are left
  return { answer: { status, sent, said }, statements };
}

function textOf(query: unknown) {
  return typeof query === "string" ? query : (query as { text: string }).text;
}

test("the matrix covers every call of the API", () => {
  expect(operations).toHaveLength(calls.length);
  expect(named.length + lists.length).toBeGreaterThanOrEqual(withKey.length);
});

test.each(named)("$name: another client's is as if it were not there", async (operation) => {
  const { anothers, absent } = thingIn(operation);
  await send(operation, absent, world.key); // the first call reads the keys
  const [other, none] = [
    await send(operation, anothers, world.key),
    await send(operation, absent, world.key),
  ];
  expect(other.answer).toEqual(none.answer);
  expect(other.answer.status).toBe(404);
  expect(other.statements).toEqual(none.statements);
});

test.each(withKey)(
  "$name: without a key, or with one that is withdrawn, nothing is told",
  async (operation) => {
    const { links } = world;
    const withdrawn = await keyFor({ client: "acme", calls: keyCalls });
    await memory.client.serviceKey.updateMany({ data: { withdrawnAt: new Date() } });
    const unknown = `portico_abcdefghijkl_${"x".repeat(43)}`;
    for (const thing of [links.acme.id, links.beta.id, "acme-agent", "x"]) {
      expect((await send(operation, thing)).answer.status).toBe(401);
      const [old, invented] = [
        await send(operation, thing, withdrawn),
        await send(operation, thing, unknown),
      ];
      expect(old.answer).toEqual(invented.answer);
      expect(old.answer.status).toBe(401);
    }
  },
);

test.each(withKey)(
  "$name: a key that is not for it learns nothing of what there is",
  async (operation) => {
    const { links } = world;
    const key = await keyFor({ client: "acme", calls: [] });
    const first = await send(operation, "x", key);
    expect(first.answer.status).toBe(403);
    for (const thing of [links.acme.id, links.beta.id, "acme-agent", "olx-otodom"]) {
      const { answer, statements } = await send(operation, thing, key);
      expect(answer).toEqual(first.answer);
      expect(statements).toEqual([]);
    }
  },
);

test.each(lists)("$name: holds nothing of another client's", async (operation) => {
  const { links, key } = world;
  const text = JSON.stringify((await send(operation, "x", key)).answer);
  const theirs = [links.beta.id, links.beta.user, links.acme.user, "beta", "mlsconnect-federia"];
  for (const each of theirs) expect(text).not.toContain(each);
});

test.each(named)(
  "$name: after the grant has ended, a client's own is as if it had never been",
  async (operation) => {
    const { links, key } = world;
    const { place, absent } = thingIn(operation);
    await memory.client.clientUser.deleteMany({ where: { clientId: "acme" } });
    const own = place.startsWith("/links")
      ? links.acme.id
      : place.startsWith("/users")
        ? "acme-agent"
        : absent;
    const [gone, none] = [await send(operation, own, key), await send(operation, absent, key)];
    expect(gone.answer).toEqual(none.answer);
  },
);
