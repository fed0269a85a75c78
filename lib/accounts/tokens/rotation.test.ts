import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresDatabase } from "@/lib/db/testing";
import { keyErrors } from "./key-check";
import { rotateKeys } from "./rotation";
import { sealedTables } from "./sealed-tables";
import { kidOf, Vault } from "./vault";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

type Client = Awaited<ReturnType<typeof memoryDatabase>>["client"];
let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const key = (kid: string, fill = kid.charCodeAt(1)) => ({
  kid,
  key: new Uint8Array(32).fill(fill),
});
const k1 = new Vault([key("k1")]);
const k2 = new Vault([key("k2")]);
const both = new Vault([key("k2"), key("k1")]);

const options = { vault: both, kids: ["k2", "k1"], dryRun: false, reference: "ref" };

async function link(client: Client, vault: Vault, more: Record<string, unknown> = {}) {
  const { id: userId } = await client.user.create({ data: {} });
  const accountId = crypto.randomUUID();
  const seal = (token: string, column: "access_token" | "refresh_token") =>
    vault.seal(token, { accountId, column });
  await client.account.create({
    data: {
      id: accountId,
      userId,
      type: "oauth",
      provider: "olx-otodom",
      providerAccountId: accountId,
      environment: "production",
      member: {},
      access_token: await seal("access", "access_token"),
      refresh_token: await seal("refresh", "refresh_token"),
      kid: vault.kid,
      ...more,
    },
  });
  return accountId;
}

const stored = (id: string, client = memory.client) =>
  client.account.findUniqueOrThrow({ where: { id } });

async function opened(vault: Vault, id: string, client = memory.client) {
  const row = await stored(id, client);
  return Promise.all([
    vault.open(row.access_token ?? "", { accountId: id, column: "access_token" }),
    vault.open(row.refresh_token ?? "", { accountId: id, column: "refresh_token" }),
  ]);
}

async function queued(vault: Vault) {
  const revocationId = crypto.randomUUID();
  const token = await vault.seal("access", { revocationId, column: "access_token" });
  await memory.client.revocation.create({
    data: {
      id: revocationId,
      userId: "u",
      connection: "spark",
      environment: "production",
      member: "m",
      access_token: token,
      kid: vault.kid,
    },
  });
  return revocationId;
}

test("what the old key has sealed is under the new one afterwards, and opens without the old", async () => {
  const id = await link(memory.client, k1);
  const revocationId = await queued(k1);
  const { rotated, unreadable, keys } = await rotateKeys(options);
  expect({ rotated, unreadable }).toEqual({ rotated: 2, unreadable: [] });
  expect(await opened(k2, id)).toEqual(["access", "refresh"]);
  const revocation = await memory.client.revocation.findFirstOrThrow();
  const place = { revocationId, column: "access_token" } as const;
  expect(await k2.open(revocation.access_token ?? "", place)).toBe("access");
  expect(keys).toEqual([
    { kid: "k2", rows: 2, known: true, newest: true },
    { kid: "k1", rows: 0, known: true, newest: false },
  ]);
  expect(await memory.client.auditEvent.findMany()).toMatchObject([
    { action: "keys_rotated", outcome: "succeeded", actor: "system", requestId: "ref" },
  ]);
});

test("every row is reached, and a second run has nothing to do", async () => {
  for (let n = 0; n < 7; n += 1) await link(memory.client, k1);
  const seen: number[] = [];
  const onProgress = ({ done }: { done: number }) => seen.push(done);
  expect((await rotateKeys({ ...options, batch: 3, onProgress })).rotated).toBe(7);
  expect(seen).toEqual([3, 6, 7]);
  const before = await memory.client.account.findMany({ orderBy: { id: "asc" } });
  expect((await rotateKeys(options)).rotated).toBe(0);
  expect(await memory.client.account.findMany({ orderBy: { id: "asc" } })).toEqual(before);
});

test("a dry run says what would be done and writes nothing", async () => {
  const id = await link(memory.client, k1);
  const before = await stored(id);
  const { rotated, keys } = await rotateKeys({ ...options, dryRun: true });
  expect(rotated).toBe(1);
  expect(keys.find(({ kid }) => kid === "k1")?.rows).toBe(1);
  expect(await stored(id)).toEqual(before);
  expect(await memory.client.auditEvent.count()).toBe(0);
});

test("a refresh in between wins", async () => {
  const id = await link(memory.client, k1);
  const fresh = await k2.seal("newer", { accountId: id, column: "refresh_token" });
  const reseal = both.reseal.bind(both);
  const spy = vi.spyOn(both, "reseal").mockImplementation(async (...args) => {
    await memory.client.account.update({
      where: { id },
      data: { refresh_token: fresh, kid: "k2", access_token: null },
    });
    return reseal(...args);
  });
  expect(await rotateKeys(options)).toMatchObject({ rotated: 0, overtaken: 1, unreadable: [] });
  spy.mockRestore();
  expect(await stored(id)).toMatchObject({ refresh_token: fresh, access_token: null });
});

test("a token that a process with the old key writes in between keeps its row under the old key's name", async () => {
  const id = await link(memory.client, k1);
  const place = { accountId: id, column: "refresh_token" } as const;
  const refresh_token = await k2.seal("refresh", place);
  await memory.client.account.update({ where: { id }, data: { refresh_token } });
  const older = await k1.seal("newer", place);
  const reseal = both.reseal.bind(both);
  const spy = vi.spyOn(both, "reseal").mockImplementation(async (...args) => {
    const data = { refresh_token: older };
    await memory.client.account.update({ where: { id }, data });
    return reseal(...args);
  });
  expect(await rotateKeys(options)).toMatchObject({ rotated: 0, overtaken: 1 });
  spy.mockRestore();
  expect(await stored(id)).toMatchObject({ refresh_token: older, kid: "k1" });
});

test("what cannot be opened is named and left as it is, and the others go on", async () => {
  const lost = await link(memory.client, new Vault([key("k0")]));
  const damaged = await link(memory.client, k1, { access_token: "not sealed at all" });
  const good = await link(memory.client, k1);
  const before = await Promise.all([stored(lost), stored(damaged)]);
  const { rotated, unreadable, keys } = await rotateKeys(options);
  expect(rotated).toBe(1);
  expect(
    unreadable.toSorted((one, other) => (one.row === lost ? -1 : other.row === lost ? 1 : 0)),
  ).toEqual([
    {
      table: "Account",
      row: lost,
      kid: "k0",
      reason: 'access_token: There is no key "k0" in TOKEN_KEYS',
    },
    { table: "Account", row: damaged, kid: null, reason: "access_token: It does not decrypt" },
  ]);
  expect(await Promise.all([stored(lost), stored(damaged)])).toEqual(before);
  expect(await opened(k2, good)).toEqual(["access", "refresh"]);
  expect(keys).toContainEqual({ kid: "k0", rows: 1, known: false, newest: false });
  expect(await memory.client.auditEvent.findMany()).toMatchObject([{ outcome: "incomplete" }]);
});

test("a row that names no key, or another than it is sealed with, is put right", async () => {
  const unnamed = await link(memory.client, k1, { kid: null });
  const misnamed = await link(memory.client, k2, { kid: "k1" });
  const hidden = await link(memory.client, k1, { kid: "k2" });
  expect((await rotateKeys(options)).rotated).toBe(3);
  for (const id of [unnamed, misnamed, hidden]) {
    expect(await opened(k2, id)).toEqual(["access", "refresh"]);
    expect((await stored(id)).kid).toBe("k2");
  }
});

test("how a ciphertext begins tells its key", async () => {
  const place = { accountId: "a1", column: "access_token" } as const;
  const vaults = ["k", "k2", "k20", "k-2", "a-key-with-a-name-of-32-letters.".slice(0, 31)].map(
    (kid) => new Vault([key(kid, 1)]),
  );
  for (const vault of vaults) {
    const sealed = await vault.seal("token", place);
    expect(kidOf(sealed)).toBe(vault.kid);
    const alike = vaults.filter(({ beginning }) => sealed.startsWith(beginning));
    expect(alike).toEqual([vault]);
  }
});

test("every column that is named after a token is among those that are rotated", () => {
  const models = readFileSync("prisma/schema.prisma", "utf8").matchAll(/^model (\w+) {(.*?)^}/gms);
  const columns = [...models].flatMap(([, model, body = ""]) =>
    [...body.matchAll(/^ {2}(\w+_(?:token|secret)) /gm)].map(([, column]) => `${model}.${column}`),
  );
  const rotated = sealedTables.flatMap(({ name, columns }) =>
    columns.map((column) => `${name}.${column}`),
  );
  // Auth.js's model has it; nothing of ours writes it.
  expect(columns.filter((column) => column !== "Account.id_token").toSorted()).toEqual(
    rotated.toSorted(),
  );
});

test("keys that open what is stored are right, also when nothing is", async () => {
  expect(await keyErrors(k2)).toEqual([]);
  await link(memory.client, k1);
  await link(memory.client, k2);
  await queued(k1);
  expect(await keyErrors(both)).toEqual([]);
});

test("a key that is missing is named, with what to do", async () => {
  await link(memory.client, k1);
  await link(memory.client, k2);
  expect(await keyErrors(k2)).toEqual([
    expect.stringMatching(/need the key "k1", which TOKEN_KEYS does not have: put it back/),
  ]);
});

test("another key under the name of the old one is told", async () => {
  await link(memory.client, k1);
  expect(await keyErrors(new Vault([key("k2"), key("k1", 9)]))).toEqual([
    expect.stringMatching(/^The key "k1" in TOKEN_KEYS is not the one/),
  ]);
});

test("one damaged row among others does not pass for a wrong key", async () => {
  await link(memory.client, k1, { access_token: `${k1.beginning}damaged`, refresh_token: null });
  await link(memory.client, k1);
  expect(await keyErrors(k1)).toEqual([]);
});

test("rows that name no key are looked at as well", async () => {
  await link(memory.client, k1, { kid: null });
  expect(await keyErrors(k2)).toEqual([expect.stringContaining('"k1"')]);
});

test("two runs at once, beside refreshes, lose nothing on PostgreSQL", async (context) => {
  const server = await postgresDatabase();
  if (!server) return context.skip(NO_POSTGRESQL);
  const { client, close } = server;
  try {
    at.client = client;
    const ids = await Promise.all(Array.from({ length: 60 }, () => link(client, k1)));
    const refreshed = ids.filter((_, n) => n % 5 === 0);
    const refresh = async (id: string) => {
      const place = { accountId: id, column: "refresh_token" } as const;
      const data = { refresh_token: await k2.seal("newer", place), kid: "k2" };
      const access = { accountId: id, column: "access_token" } as const;
      await client.account.update({
        where: { id },
        data: { ...data, access_token: await k2.seal("newer", access) },
      });
    };
    await Promise.all([
      rotateKeys({ ...options, batch: 7 }),
      ...refreshed.map(refresh),
      rotateKeys({ ...options, batch: 11 }),
    ]);
    const { keys } = await rotateKeys(options);
    expect(keys.map(({ rows }) => rows)).toEqual([60, 0]);
    for (const id of ids) {
      const token = refreshed.includes(id) ? "newer" : null;
      expect(await opened(k2, id, client)).toEqual([token ?? "access", token ?? "refresh"]);
    }
    await client.user.deleteMany();
  } finally {
    await close();
  }
});
