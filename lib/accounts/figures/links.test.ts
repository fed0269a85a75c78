import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { databaseNow } from "@/lib/db/clock";
import { memoryDatabase } from "@/lib/db/testing";
import { statusColumns, statusOf } from "../links/status";
import { expiredLink, rotatingVariables } from "../testing";
import { connectionOf } from "../tokens/link-tokens";
import { linkFigures } from "./links";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  const variables = { ...rotatingVariables("http://localhost:9"), OLX_SITES: "otodom imovirtual" };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS);
const secondsIn = (hours: number) => inHours(hours).getTime() / 1000;

const link = (more: object = {}) =>
  expiredLink(memory.client, { expires_at: secondsIn(1), ...more });

async function figuresOf(connection = "olx-otodom", environment = "production") {
  const { links } = await linkFigures(await databaseNow());
  return links.find((each) => each.connection === connection && each.environment === environment);
}

test("links are counted in the state in which each of them is shown", async () => {
  const never = { checkedAt: null, checkOutcome: null, tokensAt: null };
  for (const refresh_token of ["sealed", null])
    for (const expires_at of [secondsIn(-1), secondsIn(1), null])
      for (const outcome of ["ok", "failing", "invalid_token", "invalid_client"])
        for (const more of [
          {},
          never,
          { reconnectReason: "refused" },
          { clientId: "older" },
          { retryAt: inHours(1) },
          { environment: "staging" },
        ])
          await link({ refresh_token, expires_at, checkOutcome: outcome, ...more });
  const now = await databaseNow();
  const shown: Record<string, number> = {};
  for (const row of await memory.client.account.findMany({
    select: { ...statusColumns, provider: true, environment: true },
  })) {
    const word = `${row.environment} ${statusOf(row, connectionOf(row), now).state}`;
    shown[word] = (shown[word] ?? 0) + 1;
  }
  const { links, links_share } = await linkFigures(now);
  const counted = links
    .filter(({ connection }) => connection === "olx-otodom")
    .flatMap(({ environment, connected, stale, broken, unknown }) =>
      Object.entries({ connected, stale, broken, unknown }).map(([state, count]) => [
        `${environment} ${state}`,
        count,
      ]),
    );
  expect(Object.fromEntries(counted.filter(([, count]) => count !== 0))).toEqual(shown);
  expect(Object.keys(shown)).toHaveLength(7);
  expect(links_share).toBe(1);
});

test("a connection without links has its line, and one that is not offered says so", async () => {
  await link({ environment: "staging" });
  expect(await figuresOf()).toMatchObject({ offered: true, connected: 0, oldest_check_at: null });
  expect(await figuresOf("olx-imovirtual")).toMatchObject({ offered: true });
  expect(await figuresOf("olx-otodom", "staging")).toMatchObject({ offered: false, connected: 1 });
});

test("what waits for a refresh, a registration that is refused, and who has to connect again are counted", async () => {
  await link({ expires_at: secondsIn(-1) });
  await link({ checkOutcome: "invalid_client" });
  await link({ toldBroken: true, reconnectReason: "refused" });
  await link({ toldBroken: true, provider: "olx-imovirtual" });
  expect(await figuresOf()).toMatchObject({
    ...{ to_refresh: 1, registration_refused: 1, needs_reconnect: 1 },
    ...{ connected: 0, stale: 1, broken: 2 },
  });
});

test("the oldest check is that of a link that can be asked about", async () => {
  const old = inHours(-9);
  await link({ checkedAt: inHours(-1) });
  await link({ checkedAt: old });
  await link({ checkedAt: inHours(-90), toldBroken: true });
  await link({ checkedAt: inHours(-91), reconnectReason: "refused" });
  await link({ checkedAt: inHours(-92), environment: "staging" });
  await link({ checkedAt: inHours(-93), provider: "olx-storia" });
  expect((await figuresOf())?.oldest_check_at).toBe(old.toISOString());
});

test("what only signs people in is no link", async () => {
  await link({ provider: "company" });
  const { links } = await linkFigures(await databaseNow());
  expect(links.map(({ connection }) => connection)).toEqual(["olx-imovirtual", "olx-otodom"]);
});

test("of a long table some pages are read, the same each time, and stand for the others", async () => {
  const id = await link({ toldBroken: true });
  const { client } = memory;
  await client.$executeRaw`
    INSERT INTO "Account" (id, "userId", type, provider, "providerAccountId", environment, member, "checkOutcome", "checkedAt",
      refresh_token, expires_at, "updatedAt")
    SELECT ${randomUUID()} || n, "userId", type, provider, n::text, environment, member, 'ok', now(), 'sealed', expires_at, now()
    FROM "Account", generate_series(1, 5000) n WHERE id = ${id}`;
  const now = await databaseNow();
  const first = await linkFigures(now, 60);
  expect(first.links_share).toBeLessThan(0.6);
  const [{ connected = 0 } = {}] = first.links.filter((each) => each.connection === "olx-otodom");
  expect(connected).toBeGreaterThan(3_000);
  expect(connected).toBeLessThan(7_000);
  expect(first.links).toContainEqual(expect.objectContaining({ needs_reconnect: 1 }));
  expect(await linkFigures(now, 60)).toEqual(first);
});
