import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { expiredLink, granted, rotatingVariables } from "../testing";
import { eraseClientUser } from "./client-erasure";
import { changeClient, createClient, listClients, removeClient } from "./clients";
import { letGo } from "./letting-go";
import {
  findKey,
  KEY_MEMORY_SECONDS,
  makeKey,
  NoSuchClient,
  type ServiceKey,
} from "./service-keys";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

/** OLX takes nothing back; at this board a member signs in. */
const variables = {
  ...rotatingVariables("http://localhost:1"),
  MLSCONNECT_BOARDS: "federia",
  MLSCONNECT_CLIENT_ID: "mls-client",
  MLSCONNECT_CLIENT_SECRET: "mls-client-secret",
};

const key = (client: string | null, connections: string[] = []): ServiceKey => ({
  id: "aaaaaaaaaaaa",
  name: "back end",
  connections,
  calls: ["unlink"],
  client,
});

/** A link at OLX that a client may use; its user can sign in here, or not. */
async function granting({ wayIn }: { wayIn: boolean }) {
  const link = await expiredLink(memory.client);
  const { userId } = await memory.client.account.findUniqueOrThrow({ where: { id: link } });
  if (wayIn) {
    const board = { provider: "mlsconnect-federia", providerAccountId: randomUUID() };
    const other = await expiredLink(memory.client, board);
    await memory.client.account.update({ where: { id: other }, data: { userId } });
  }
  await granted(memory.client, { clientId: "acme", externalId: "agent-1", link });
  return { link, userId };
}

const isThere = async (link: string) =>
  (await memory.client.account.count({ where: { id: link } })) > 0;
const grants = () => memory.client.grant.findMany({ orderBy: { clientId: "asc" } });

test("a client's grant ends, and the link stays with a user who can sign in here", async () => {
  const { link, userId } = await granting({ wayIn: true });
  expect(await letGo(key("acme"), link, "ref")).toEqual({
    kind: "let_go",
    grantEnded: true,
    unlinked: false,
    revocation: null,
    removalUrl: null,
  });
  expect([await isThere(link), await grants()]).toEqual([true, []]);
  expect(await memory.client.auditEvent.findMany()).toMatchObject([
    { action: "grant", outcome: "ended", actor: "key:aaaaaaaaaaaa", userId, clientId: "acme" },
  ]);
  expect(await letGo(key("acme"), link, "ref")).toBeNull();
});

const told = async () =>
  (await memory.client.event.findMany({ orderBy: { id: "asc" } })).map(
    ({ reader, type, externalId }) => [reader, type, externalId].join(" "),
  );

test("a client hears that its grant has ended, and another client nothing of it", async () => {
  const { link } = await granting({ wayIn: true });
  await granted(memory.client, { clientId: "beta", externalId: "7", link });
  await letGo(key("acme"), link, "ref");
  expect(await told()).toEqual([" grant.ended ", "acme grant.ended agent-1"]);
  await letGo(key(null), link, "ref");
  expect((await told()).slice(2).toSorted()).toEqual([" link.removed ", "beta link.removed 7"]);
});

test("with the last grant goes a link whose user has no way in", async () => {
  const { link } = await granting({ wayIn: false });
  await granted(memory.client, { clientId: "beta", externalId: "7", link });
  expect(await letGo(key("acme"), link, "ref")).toMatchObject({ unlinked: false });
  expect(await isThere(link)).toBe(true);
  expect(await letGo(key("beta"), link, "ref")).toMatchObject({
    grantEnded: true,
    unlinked: true,
    revocation: "at_the_portal",
  });
  expect(await isThere(link)).toBe(false);
});

test("a client lets go of nothing that it may not use, nor does a key of another connection", async () => {
  const { link } = await granting({ wayIn: false });
  expect(await letGo(key("beta"), link, "ref")).toBeNull();
  expect(await letGo(key("acme", ["mlsconnect-federia"]), link, "ref")).toBeNull();
  expect(await letGo(key(null, ["mlsconnect-federia"]), link, "ref")).toBeNull();
  expect([await isThere(link), (await grants()).length]).toEqual([true, 1]);
});

test("a key without a client unlinks, with all grants, but not the last way in", async () => {
  const { link, userId } = await granting({ wayIn: true });
  expect(await letGo(key(null), link, "ref")).toMatchObject({ grantEnded: true, unlinked: true });
  expect(await grants()).toEqual([]);
  const { id: board } = await memory.client.account.findFirstOrThrow({ where: { userId } });
  expect(await letGo(key(null), board, "ref")).toEqual({ kind: "last_way_in" });
  expect(await isThere(board)).toBe(true);
});

test("of two clients that let go at once the last one removes the link", async () => {
  const { link } = await granting({ wayIn: false });
  await granted(memory.client, { clientId: "beta", externalId: "7", link });
  const done = await Promise.all(["acme", "beta"].map((id) => letGo(key(id), link, "ref")));
  expect(done.filter((each) => each?.kind === "let_go" && each.unlinked)).toHaveLength(1);
  expect(await isThere(link)).toBe(false);
});

test("a client's user is erased with what only they had; what others have stays", async () => {
  const own = await granting({ wayIn: false });
  const { link: shared } = await granting({ wayIn: false });
  const elsewhere = await granting({ wayIn: true });
  await granted(memory.client, { clientId: "beta", externalId: "7", link: shared });
  await memory.client.clientUser.update({
    where: { clientId_externalId: { clientId: "acme", externalId: "agent-1" } },
    data: { userId: own.userId },
  });
  expect(await eraseClientUser(key("beta"), "agent-1", "ref")).toBeNull();
  const receipt = await eraseClientUser(key("acme"), "agent-1", "ref");
  expect(receipt).toMatchObject({
    format: "portico-erasure",
    user: "agent-1",
    links: [{ link: own.link, connection: "olx-otodom", upstream: { outcome: "not_supported" } }],
    final: true,
  });
  expect(JSON.stringify(receipt)).not.toContain(own.userId);
  expect(await isThere(own.link)).toBe(false);
  expect(await memory.client.user.count({ where: { id: own.userId } })).toBe(0);
  expect([await isThere(shared), await isThere(elsewhere.link)]).toEqual([true, true]);
  expect(await grants()).toMatchObject([{ clientId: "beta", accountId: shared }]);
  expect(await eraseClientUser(key("acme"), "agent-1", "ref")).toBeNull();
});

test("a client's user has no way in, also with a link of a portal at which members sign in", async () => {
  const { link, userId } = await granting({ wayIn: true });
  await memory.client.clientUser.updateMany({ data: { userId } });
  await memory.client.user.update({ where: { id: userId }, data: { ofClient: true } });
  await eraseClientUser(key("acme"), "agent-1", "ref");
  const users = await memory.client.user.count({ where: { id: userId } });
  expect([await isThere(link), users]).toEqual([false, 0]);
});

const acme = { id: "acme", name: "Acme CRM", returnUrls: ["https://crm.example/portals"] };

test("a client is made once, changed and listed", async () => {
  expect(await createClient(acme)).toBe(true);
  expect(await createClient({ ...acme, name: "Other" })).toBe(false);
  expect(await changeClient("acme", { name: "Acme" })).toBe(true);
  expect(await changeClient("beta", { name: "Beta" })).toBe(false);
  await granting({ wayIn: true });
  await makeKey({ name: "back end", connections: [], calls: ["links"], client: "acme" });
  const counts = { users: 1, links: 1, keys: 1 };
  expect(await listClients()).toMatchObject([{ ...acme, name: "Acme", ...counts }]);
});

test("a key belongs to a client that is there", async () => {
  const wish = { name: "back end", connections: [], calls: ["connect"] as const };
  await expect(makeKey({ ...wish, client: "acme" })).rejects.toThrow(NoSuchClient);
  await createClient(acme);
  const { text } = await makeKey({ ...wish, client: "acme" });
  expect(await findKey(text)).toMatchObject({ client: "acme" });
});

test("with a client go its keys, its grants and what only its users had", async () => {
  const { link, userId } = await granting({ wayIn: false });
  const other = await granting({ wayIn: true });
  await memory.client.clientUser.updateMany({ data: { userId } });
  await granted(memory.client, { clientId: "beta", externalId: "7", link: other.link });
  const { text } = await makeKey({ name: "x", connections: [], calls: ["links"], client: "acme" });
  expect(await removeClient("gamma", "ref")).toBeNull();
  expect(await removeClient("acme", "ref")).toEqual([]);
  expect([await isThere(link), await isThere(other.link)]).toEqual([false, true]);
  expect(await memory.client.user.count({ where: { id: userId } })).toBe(0);
  expect(await listClients()).toMatchObject([{ id: "beta", links: 1 }]);
  expect(await memory.client.event.count({ where: { reader: "acme" } })).toBe(0);
  const now = performance.now();
  vi.spyOn(performance, "now").mockReturnValue(now + KEY_MEMORY_SECONDS * 1000);
  expect(await findKey(text)).toBeNull();
  vi.restoreAllMocks();
});
