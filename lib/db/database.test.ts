import { beforeEach, expect, test, vi } from "vitest";
import { closeDatabase, database } from "./database";
import { openDatabase } from "./open";

const env = vi.hoisted(() => ({ building: false }));
vi.mock("@/lib/env", () => ({
  building: () => env.building,
  settings: () => ({ databaseUrl: null, databaseDirectory: "somewhere" }),
}));

const close = vi.hoisted(() => vi.fn());
vi.mock("./open", () => ({
  openDatabase: vi.fn(async () => ({ client: { opened: true }, kind: "embedded", close })),
}));

beforeEach(async () => {
  await closeDatabase();
  vi.clearAllMocks();
});

test("however many ask, the database is opened once, where the settings say", async () => {
  const [first, second] = await Promise.all([database(), database()]);
  expect(second).toBe(first);
  expect(openDatabase).toHaveBeenCalledExactlyOnceWith({ url: null, directory: "somewhere" });
});

test("a database that was closed is opened again for whoever asks", async () => {
  const first = await database();
  await Promise.all([closeDatabase(), closeDatabase()]);
  expect(close).toHaveBeenCalledTimes(1);
  expect(await database()).not.toBe(first);
});

test("an opening that fails is forgotten", async () => {
  vi.mocked(openDatabase).mockRejectedValueOnce(new Error("not now"));
  await expect(Promise.all([database(), database()])).rejects.toThrow("not now");
  await expect(database()).resolves.toBeDefined();
});

test("a build is refused the database", async () => {
  env.building = true;
  await expect(database()).rejects.toMatchObject({ code: "building" });
  env.building = false;
  await expect(database()).resolves.toBeDefined();
});
