import { beforeEach, expect, test, vi } from "vitest";
import { beginProcess } from "@/lib/process/testing";
import { database } from "./database";
import { openDatabase } from "./open";

const env = vi.hoisted(() => ({ building: false }));
vi.mock("@/lib/env", () => ({
  building: () => env.building,
  settings: () => ({ databaseUrl: null, databaseDirectory: "somewhere" }),
}));

vi.mock("./open", () => ({
  openDatabase: vi.fn(async () => ({ client: { opened: true }, kind: "embedded", close: vi.fn() })),
}));

beforeEach(() => {
  beginProcess();
  vi.clearAllMocks();
});

test("however many ask, the database is opened once, where the settings say", async () => {
  const [first, second] = await Promise.all([database(), database()]);
  expect(second).toBe(first);
  expect(openDatabase).toHaveBeenCalledExactlyOnceWith({ url: null, directory: "somewhere" });
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
