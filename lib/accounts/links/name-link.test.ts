import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { expiredLink, rotatingVariables } from "../testing";
import { nameLink } from "./name-link";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  const variables = rotatingVariables("http://localhost:1");
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await memory.close();
});

async function aLink() {
  const link = await expiredLink(memory.client);
  const { userId } = await memory.client.account.findUniqueOrThrow({ where: { id: link } });
  return { link, user: { id: userId } };
}

const labelOf = async (id: string) =>
  (await memory.client.account.findUniqueOrThrow({ where: { id } })).label;

test.each([
  ["Otodom, Warsaw office", "Otodom, Warsaw office"],
  ["  Łódź\u202e\n2  ", "Łódź 2"],
  ["", null],
  ["\u200b", null],
  ["x".repeat(100), "x".repeat(100)],
])("a user names their link %j", async (typed, label) => {
  const { link, user } = await aLink();
  expect(await nameLink(user, link, "before")).toEqual({ connection: "olx-otodom" });
  expect(await nameLink(user, link, typed)).toEqual({ connection: "olx-otodom" });
  expect(await labelOf(link)).toBe(label);
});

test("a name that is too long is refused, and not cut", async () => {
  const { link, user } = await aLink();
  await nameLink(user, link, "before");
  expect(await nameLink(user, link, "x".repeat(101))).toBe("refused");
  expect(await labelOf(link)).toBe("before");
});

test("another user's link, and one that is gone, cannot be named", async () => {
  const [own, other] = [await aLink(), await aLink()];
  expect(await nameLink(own.user, other.link, "mine")).toBeNull();
  expect(await nameLink(own.user, "gone", "mine")).toBeNull();
  expect(await labelOf(other.link)).toBeNull();
});
