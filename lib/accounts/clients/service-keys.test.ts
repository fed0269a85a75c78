import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { beginProcess } from "@/lib/process/testing";
import {
  findKey,
  KEY_MEMORY_SECONDS,
  listKeys,
  makeKey,
  maySee,
  withdrawKey,
} from "./service-keys";
import { everythingWritten } from "./write-behind";

const at = vi.hoisted(() => ({ client: null as unknown, asked: 0 }));
vi.mock("@/lib/db/database", () => ({
  database: async () => {
    at.asked += 1;
    return at.client;
  },
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  vi.restoreAllMocks();
  await everythingWritten();
  beginProcess();
  await memory.close();
});

const wish = { name: "crm", connections: ["a-b"], calls: ["links"] as const };

/** As if so many seconds had passed on the clock that only goes forward. */
function later(seconds: number) {
  const now = performance.now();
  vi.spyOn(performance, "now").mockReturnValue(now + seconds * 1000);
}

test("a key is found by its text, and only its hash is kept", async () => {
  const { id, text } = await makeKey(wish);
  expect(text).toMatch(/^portico_[a-z0-9]{12}_[\w-]{43}$/);
  expect(await findKey(text)).toEqual({ id, ...wish, client: null });
  const rows = JSON.stringify(await memory.client.serviceKey.findMany());
  expect(rows).not.toContain(text.slice(-43));
  expect(JSON.stringify(await listKeys())).not.toMatch(/hash/);
});

test("a key that is nearly right is unknown", async () => {
  const { text } = await makeKey(wish);
  const other = (await makeKey(wish)).text;
  const mixed = text.slice(0, 21) + other.slice(21);
  at.asked = 0;
  for (const wrong of ["", "portico", `${text} `, `${text}A`, text.slice(0, -1)]) {
    expect(await findKey(wrong)).toBeNull();
  }
  expect(at.asked).toBe(0); // what has not the form of a key is not looked for
  expect(await findKey(mixed)).toBeNull();
});

test("a key is read once in ten seconds, however many come with it at once", async () => {
  const { text } = await makeKey(wish);
  at.asked = 0;
  await Promise.all(Array.from({ length: 100 }, () => findKey(text)));
  expect(at.asked).toBe(1);
  later(KEY_MEMORY_SECONDS - 1);
  await findKey(text);
  expect(at.asked).toBe(1);
});

test("a withdrawn key stops working within the stated time, and stays withdrawn", async () => {
  const { id, text } = await makeKey(wish);
  expect(await findKey(text)).not.toBeNull();
  expect(await withdrawKey(id)).toBe(true);
  expect(await withdrawKey(id)).toBe(false);
  later(KEY_MEMORY_SECONDS);
  expect(await findKey(text)).toBeNull();
  expect(KEY_MEMORY_SECONDS).toBeLessThanOrEqual(10);
});

test("a key that is not there yet is not remembered as missing, nor is a database that was away", async () => {
  const { id, text } = await makeKey(wish);
  const hidden = { where: { id }, data: { withdrawnAt: new Date() } };
  await memory.client.serviceKey.update(hidden);
  expect(await findKey(text)).toBeNull();
  await memory.client.serviceKey.update({ where: { id }, data: { withdrawnAt: null } });
  at.client = { serviceKey: { findMany: () => Promise.reject(new Error("away")) } };
  await expect(findKey(text)).rejects.toThrow("away");
  at.client = memory.client;
  expect(await findKey(text)).not.toBeNull();
});

test("a thousand invented keys, one after the other or at once, are a handful of queries", async () => {
  const { text } = await makeKey(wish);
  const invented = Array.from({ length: 1_000 }, () => {
    const id = crypto.randomUUID().replaceAll("-", "").slice(0, 12);
    return `portico_${id}_${"x".repeat(43)}`;
  });
  at.asked = 0;
  for (const each of invented) expect(await findKey(each)).toBeNull();
  expect(at.asked).toBeLessThan(10);
  at.asked = 0;
  await Promise.all(invented.map(findKey));
  expect(at.asked).toBeLessThan(10);
  expect(await findKey(text)).not.toBeNull();
});

test("one invented key that comes a thousand times is a handful of queries", async () => {
  at.asked = 0;
  for (let n = 0; n < 1_000; n += 1) await findKey(`portico_abcdefghijkl_${"x".repeat(43)}`);
  expect(at.asked).toBeLessThan(10);
});

test("while invented keys come, a key that has just been made works within ten seconds", async () => {
  for (let n = 0; n < 50; n += 1) await findKey(`portico_abcdefghijkl_${"x".repeat(43)}`);
  const { text } = await makeKey(wish);
  await findKey(text);
  later(KEY_MEMORY_SECONDS);
  expect(await findKey(text)).not.toBeNull();
});

test("when a key was last used is written once for many uses", async () => {
  const { id, text } = await makeKey(wish);
  for (let n = 0; n < 5; n += 1) await findKey(text);
  const lastUse = async () =>
    (await memory.client.serviceKey.findUnique({ where: { id } }))?.lastUsedAt;
  expect(await lastUse()).toBeNull();
  at.asked = 0;
  await everythingWritten();
  expect(at.asked).toBe(1);
  expect(Date.now() - Number(await lastUse())).toBeLessThan(10_000);
});

test("an older use does not replace a newer one that another process has written", async () => {
  const { id, text } = await makeKey(wish);
  await findKey(text);
  const newer = new Date(Date.now() + 60_000);
  await memory.client.serviceKey.update({ where: { id }, data: { lastUsedAt: newer } });
  await everythingWritten();
  expect(await listKeys()).toMatchObject([{ lastUsedAt: newer }]);
});

test("who made and withdrew keys is on record", async () => {
  const { id } = await makeKey(wish);
  await withdrawKey(id);
  expect(await memory.client.auditEvent.findMany({ orderBy: { id: "asc" } })).toMatchObject([
    { action: "key_created", actor: "system", requestId: id },
    { action: "key_withdrawn", actor: "system", requestId: id },
  ]);
});

test("a key without connections is for all of them", () => {
  const key = { id: "1", name: "x", calls: [], client: null };
  expect(maySee({ ...key, connections: [] }, "a")).toBe(true);
  expect(maySee({ ...key, connections: ["a"] }, "a")).toBe(true);
  expect(maySee({ ...key, connections: ["a"] }, "a-b")).toBe(false);
});
