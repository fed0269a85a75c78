import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { findConnection } from "@/lib/conversation/configuration";
import { keyOf } from "@/lib/conversation/health";
import { memoryDatabase } from "@/lib/db/testing";
import { makeKey } from "../clients/service-keys";
import { expiredLink, granted, rotatingVariables } from "../testing";
import { readFigures } from "./figures";
import { Figures } from "./shape";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  for (const [name, value] of Object.entries(rotatingVariables("http://localhost:9")))
    vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);

test("an empty deployment has figures of the documented shape", async () => {
  const figures = Figures.parse(await readFigures());
  expect(figures).toMatchObject({
    links: [{ connection: "olx-otodom", connected: 0 }],
    portals_in_trouble: [],
    queues: { revocations: { waiting: 0, oldest_at: null }, watch: { seconds_behind: 0 } },
    clients: [{ client: null, keys: 0, last_used_at: null }],
  });
});

test("revocations that wait, were tried in vain, or have failed lately", async () => {
  const row = (id: string, more: object) => ({
    ...{
      id,
      userId: "u",
      connection: "mlsconnect-federia",
      environment: "production",
      member: "m",
    },
    ...more,
  });
  const ended = (outcome: string, hours: number) => ({
    ...{ outcome, endedAt: inHours(hours), nextTryAt: null, tries: 1 },
  });
  await memory.client.revocation.createMany({
    data: [
      row("new", { createdAt: inHours(-1) }),
      row("late", { tries: 3, createdAt: inHours(-30), nextTryAt: inHours(5) }),
      row("done", ended("revoked", -1)),
      row("refused", ended("refused", -1)),
      row("over", ended("gave_up", -23)),
      row("long ago", ended("gave_up", -25)),
    ],
  });
  const { queues } = await readFigures();
  expect(queues.revocations).toMatchObject({ waiting: 2, retried: 1, failed_last_day: 2 });
  expect(Date.parse(queues.revocations.oldest_at ?? "")).toBeLessThan(inHours(-29).getTime());
});

test("refreshes under way, and those of a process that has died", async () => {
  const link = await expiredLink(memory.client);
  const attempt = { accountId: link, generation: 1, owner: "x" };
  await memory.client.refreshAttempt.createMany({
    data: [
      { ...attempt, startedAt: new Date() },
      { ...attempt, startedAt: inHours(-1) },
      { ...attempt, startedAt: inHours(-1), outcome: "succeeded", endedAt: new Date() },
    ],
  });
  expect((await readFigures()).queues.refreshes).toEqual({ under_way: 1, left_open: 1 });
});

test("events that no one has fetched, by reader", async () => {
  const link = await expiredLink(memory.client);
  await granted(memory.client, { clientId: "acme", externalId: "agent-1", link });
  const oldest = inHours(-30);
  await memory.client.event.createMany({
    data: [
      { reader: "acme", type: "link.created", position: 1n, at: inHours(-90) },
      { reader: "acme", type: "link.removed", at: oldest },
      { reader: "acme", type: "link.removed" },
      { reader: "", type: "link.created" },
    ],
  });
  await memory.client.eventPosition.create({ data: { reader: "acme", last: 1n } });
  expect((await readFigures()).queues.events).toEqual([
    { client: null, waiting: 1, oldest_at: expect.any(String), has_fetched: false },
    { client: "acme", waiting: 2, oldest_at: oldest.toISOString(), has_fetched: true },
  ]);
});

test("sessions, codes and imports under way, and how far the app is behind", async () => {
  const { client } = memory;
  await client.client.create({ data: { id: "acme", name: "Acme", returnUrls: [] } });
  const session = (id: string, hours: number) => ({
    ...{
      id,
      clientId: "acme",
      externalId: "agent-1",
      secretHash: id,
      returnUrl: "https://crm.example/",
    },
    expiresAt: inHours(hours),
  });
  await client.connectSession.createMany({ data: [session("a", 1), session("b", -1)] });
  const code = (id: string, hours: number) => ({ id, code: "sealed", nextTryAt: inHours(hours) });
  await client.codeExchange.createMany({ data: [code("lost", -0.1), code("on its way", 0.1)] });
  await expiredLink(client, { lookAt: inHours(-0.5) });
  const { queues } = await readFigures();
  expect(queues).toMatchObject({
    ...{ connect_sessions: { open: 1 }, lost_codes: { waiting: 1 }, imports: { under_way: 0 } },
    watch: { seconds_behind: expect.closeTo(1_800, -2) },
  });
});

test("a portal in trouble is named with its connections, until it is well or ten minutes after its rest", async () => {
  const otodom = findConnection("olx-otodom");
  if (!otodom) throw new Error("no connection");
  const [since, restUntil, triedNow] = [inHours(-2), inHours(0.1), inHours(-0.15)];
  const trouble = { failures: 7, reason: "failing", since };
  await memory.client.portalTrouble.createMany({
    data: [
      { ...trouble, ...keyOf(otodom), restUntil },
      { ...trouble, portal: "gone", environment: "staging", restUntil },
      { ...trouble, portal: "tried now", environment: "production", restUntil: triedNow },
      { ...trouble, portal: "forgotten", environment: "production", restUntil: inHours(-0.18) },
      { ...trouble, portal: "spark", environment: "production" }, // not left alone yet
    ],
  });
  const times = { since: since.toISOString(), asked_again_at: restUntil.toISOString() };
  expect((await readFigures()).portals_in_trouble).toEqual([
    {
      ...{ portal: "olx", environment: "production", connections: ["olx-otodom"] },
      ...{ reason: "failing", ...times },
    },
    {
      ...{ portal: "gone", environment: "staging", connections: [] },
      ...{ reason: "failing", ...times },
    },
    {
      ...{ portal: "tried now", environment: "production", connections: [] },
      ...{ reason: "failing", ...times, asked_again_at: triedNow.toISOString() },
    },
  ]);
});

test("clients with the keys that work, and when one was last used", async () => {
  const { client } = memory;
  await client.client.create({ data: { id: "acme", name: "Acme CRM", returnUrls: [] } });
  const key = { connections: [], calls: [] };
  const own = await makeKey({ ...key, name: "backend", client: "acme" });
  const withdrawn = await makeKey({ ...key, name: "old", client: "acme" });
  await makeKey({ ...key, name: "crm" });
  const lastUsedAt = inHours(-3);
  await client.serviceKey.update({ where: { id: own.id }, data: { lastUsedAt } });
  await client.serviceKey.update({
    where: { id: withdrawn.id },
    data: { withdrawnAt: new Date(), lastUsedAt: new Date() },
  });
  expect((await readFigures()).clients).toEqual([
    { client: null, keys: 1, last_used_at: null },
    { client: "acme", keys: 1, last_used_at: lastUsedAt.toISOString() },
  ]);
});

test("tables have a length, and what is not known of them is null", async () => {
  const { tables } = await readFigures();
  expect(tables).toHaveLength(19);
  expect(tables).toContainEqual({ table: "Account", rows: null, bytes: expect.any(Number) });
  await memory.client.$executeRaw`ANALYZE "Account"`;
  await expiredLink(memory.client);
  await memory.client.$executeRaw`ANALYZE "Account"`;
  expect((await readFigures()).tables).toContainEqual(
    expect.objectContaining({ table: "Account", rows: 1 }),
  );
});

test("no person, no link and no token is in them", async () => {
  const link = await expiredLink(memory.client, { label: "Anna's own", toldBroken: true });
  await granted(memory.client, { clientId: "acme", externalId: "agent-1", link });
  const { userId } = await memory.client.account.findUniqueOrThrow({ where: { id: link } });
  const { id } = await makeKey({ name: "backend", connections: [], calls: [], client: "acme" });
  const text = JSON.stringify(await readFigures());
  for (const word of [link, userId, "agent-1", "Anna", "eyJ", id]) expect(text).not.toContain(word);
  expect(text).toContain("acme");
});
