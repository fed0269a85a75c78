import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { Jar } from "../testing";

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} }));
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers(),
}));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
  at.jar = new Jar();
  vi.spyOn(console, "log").mockImplementation(() => {});
});

afterEach(async () => {
  vi.restoreAllMocks();
  await memory.close();
});

test("an account that is deleted is said to be, and one that has just become another's is not", async () => {
  const { deleteAccountHere } = await import("./link-changes");
  const { id } = await memory.client.user.create({ data: {} });
  const session = {
    user: { id, name: null, email: null, image: null, language: null },
    hash: "hash",
    expires: new Date(),
  };
  expect(await deleteAccountHere(session)).toBe("/sign-in?done=account_deleted");
  expect(await deleteAccountHere(session)).toMatch(
    /^\/sign-in\?problem=session_changed&reference=/,
  );
});
