import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connections } from "@/lib/conversation/configuration";
import { memoryDatabase } from "@/lib/db/testing";
import type { Connection } from "@/lib/portals/connections";
import { openColumn } from "../tokens/link-tokens";
import { emptyAdapter, linkingAdapter, renewalOf } from "./adapter";
import { linkKey } from "./expected-member";
import { linkColumns } from "./link-columns";

/** What Auth.js expects of an adapter, and what we add to it, for every portal there is. */

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

const everyPortal = {
  MLSCONNECT_BOARDS: "federia",
  MLSCONNECT_CLIENT_ID: "client",
  MLSCONNECT_CLIENT_SECRET: "client-secret",
  SPARK_CLIENT_ID: "client",
  SPARK_CLIENT_SECRET: "client-secret",
  OLX_CLIENT_ID: "client",
  OLX_CLIENT_SECRET: "client-secret",
  OLX_API_KEY: "key",
  IMMOSCOUT24_CLIENT_ID: "client",
  IMMOSCOUT24_CLIENT_SECRET: "client-secret",
  SPARK_OAUTH2_ROLES: "private",
  SPARK_OAUTH2_CLIENT_ID: "client",
  SPARK_OAUTH2_CLIENT_SECRET: "client-secret",
};

vi.hoisted(() => vi.stubEnv("AUTH_URL", "http://localhost:3000"));
for (const [name, value] of Object.entries(everyPortal)) vi.stubEnv(name, value);

beforeAll(async () => {
  memory = await memoryDatabase();
});
afterAll(() => memory.close());

const now = new Date("2026-11-22T10:00:00Z");
const shown = { name: "Anna Peeters", email: "anna@example.com", image: null };
const office = { agencyId: "Xk29ba" };
const member = {
  ...shown,
  id: "member-1",
  agency: null,
  office,
  listings: null,
  details: { a: 1 },
};

/** A token set in which every value can be told from every other. */
const tokensNamed = (name: string) => ({
  accessToken: `access-${name}`,
  tokenSecret: `secret-${name}`,
  refreshToken: `refresh-${name}`,
  expiresAt: new Date(now.getTime() + 3_600_000),
  issuedAt: now,
  scope: "read",
});

const columnsOf = (id: string, connection: Connection, name: string) =>
  linkColumns(id, { connection, member, tokens: tokensNamed(name), now });

/** A user with a link that the adapter has made. */
async function linked(connection: Connection) {
  const id = crypto.randomUUID();
  const named = connection.portal.member.identified ? `member of ${id}` : null;
  const key = linkKey(connection, named, { who: "first" });
  const userId = await memory.client.$transaction(async (tx) => {
    const adapter = linkingAdapter(tx);
    const user = await adapter.createUser(shown);
    const columns = await columnsOf(id, connection, "1");
    await adapter.linkAccount({ id, userId: user, connection, key, columns });
    return user;
  });
  return { id, key, userId };
}

const rowOf = (id: string) => memory.client.account.findUniqueOrThrow({ where: { id } });

/** The tokens of a row, opened, in the order access, refresh, secret. */
async function opened(id: string) {
  const row = await rowOf(id);
  const columns = ["access_token", "refresh_token", "oauth_token_secret"] as const;
  return Promise.all(columns.map((column) => openColumn(row, column)));
}

const all = connections().map((connection) => [connection.id, connection] as const);

test("every protocol is among them", () => {
  const protocols = new Set(all.map(([, { portal }]) => portal.protocol));
  expect([...protocols].toSorted()).toEqual(["oauth1", "oauth2", "openid"]);
});

test.each(all)("%s: a new link is one row, sealed, under its key", async (_id, connection) => {
  const { id, key, userId } = await linked(connection);
  const row = await rowOf(id);
  expect(row).toMatchObject({
    userId,
    provider: connection.id,
    providerAccountId: key,
    type: connection.portal.protocol === "openid" ? "oidc" : "oauth",
    environment: "production",
    clientId: "client",
    generation: 1,
    scope: "read",
    issuedAt: now,
    checkOutcome: "ok",
    member: { name: "Anna Peeters", office, details: { a: 1 } },
  });
  expect(JSON.stringify(row)).not.toMatch(/access-1|refresh-1|secret-1/);
  expect(await opened(id)).toEqual(["access-1", "refresh-1", "secret-1"]);
});

test.each(all)(
  "%s: a renewal replaces every token, and ends what was wrong",
  async (_id, connection) => {
    const { id, userId } = await linked(connection);
    await memory.client.account.update({
      where: { id },
      data: { reconnectReason: "invalid_grant", failures: 3, leaseOwner: "another", retryAt: now },
    });
    const columns = await columnsOf(id, connection, "2");
    await memory.client.$executeRaw(renewalOf(memory.client, id, columns));
    expect(await rowOf(id)).toMatchObject({
      userId,
      generation: 2,
      reconnectReason: null,
      failures: 0,
      leaseOwner: null,
      retryAt: null,
    });
    expect(await opened(id)).toEqual(["access-2", "refresh-2", "secret-2"]);
  },
);

test.each(all)("%s: one key is one link", async (_id, connection) => {
  const { key, userId } = await linked(connection);
  const id = crypto.randomUUID();
  const columns = await columnsOf(id, connection, "3");
  const again = memory.client.$transaction((tx) =>
    linkingAdapter(tx).linkAccount({ id, userId, connection, key, columns }),
  );
  await expect(again).rejects.toMatchObject({ code: "P2002" });
});

test("a link that moves has its new user and its new tokens at once", async () => {
  const connection = all[0]?.[1];
  if (!connection) throw new Error("no connection");
  const [{ id }, other] = [await linked(connection), await linked(connection)];
  const columns = await columnsOf(id, connection, "2");
  await memory.client.$executeRaw(
    renewalOf(memory.client, id, { ...columns, userId: other.userId }),
  );
  expect(await rowOf(id)).toMatchObject({ userId: other.userId, generation: 2 });
});

test("Auth.js finds no user, and can write nothing", async () => {
  const { getUserByAccount, getUserByEmail, ...others } = emptyAdapter();
  const key = { provider: "mlsconnect-federia", providerAccountId: "member-1" };
  expect(await getUserByAccount?.(key)).toBeNull();
  expect(await getUserByEmail?.("anna@example.com")).toBeNull();
  for (const method of Object.values(others)) {
    expect(() => (method as () => unknown)()).toThrow("Only complete() writes");
  }
  expect(Object.keys(others)).toHaveLength(8);
});
