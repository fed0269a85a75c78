import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { importedTokens } from "@/lib/oauth/tokens";
import { expiredLink } from "../testing";
import { readLink } from "../tokens/link-tokens";
import { claimRefresh } from "./claim";
import { recordRefresh } from "./record";

/** What a process may still write when its refresh comes to an end. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(async () => {
  vi.restoreAllMocks();
  await memory.close();
});

const linkOf = (id: string) => memory.client.account.findUniqueOrThrow({ where: { id } });

/** A refresh that has its new tokens, and has not written them. */
async function answeredRefresh() {
  const id = await expiredLink(memory.client);
  const link = await readLink(id);
  const claim = await claimRefresh({ id, generation: 1 }, "us");
  if (!link || !claim) throw new Error("not claimed");
  const response = { tokens: importedTokens("access-2", "refresh-2"), idToken: null };
  return { id, write: () => recordRefresh(claim, link, { kind: "succeeded", response }) };
}

test("the holder of the lease writes the new tokens and gives the lease back", async () => {
  const { id, write } = await answeredRefresh();
  await write();
  expect(await linkOf(id)).toMatchObject({ generation: 2, leaseOwner: null, leaseUntil: null });
});

test.each([
  ["the lease has gone to another process", { leaseOwner: "another" }],
  ["the link has had newer tokens", { generation: 2 }],
])("nothing is written when meanwhile %s", async (_about, change) => {
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const { id, write } = await answeredRefresh();
  await memory.client.account.update({ where: { id }, data: change });
  const before = await linkOf(id);
  await write();
  expect(await linkOf(id)).toEqual(before);
  expect(said.mock.calls.flat().join()).toContain("refresh.fenced_out");
  const [attempt] = await memory.client.refreshAttempt.findMany();
  expect(attempt).toMatchObject({ outcome: "succeeded" });
});
