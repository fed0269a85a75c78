import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { queueLink } from "./queue";

/** What of the queue does not wait any longer when a link goes. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const going = {
  id: "link",
  userId: "anna",
  provider: "spark",
  type: "oauth",
  providerAccountId: "member-7",
  environment: "production",
  clientId: "client",
  access_token: null,
  refresh_token: null,
};

const later = new Date(Date.now() + 3_600_000);

/** Removes the link; resolves to when a row, of tokens that it had before, is tried next. */
async function nextTryOf(more: Record<string, unknown>) {
  const row = {
    userId: "anna",
    accountId: null,
    connection: "spark",
    environment: "production",
    member: "member-7",
    nextTryAt: later,
    ...more,
  };
  const { id } = await memory.client.revocation.create({ data: row });
  await memory.client.$transaction((tx) => queueLink(tx, going));
  return (await memory.client.revocation.findUniqueOrThrow({ where: { id } })).nextTryAt;
}

test("tokens that a link had before do not wait any longer when it goes", async () => {
  expect(await nextTryOf({})).toEqual(new Date(0));
});

test.each([
  ["of another user", { userId: "bram" }],
  ["at another connection", { connection: "mlsconnect-federia" }],
  ["of another environment", { environment: "staging" }],
  ["of another member", { member: "member-8" }],
  ["that a removed link had to the end", { accountId: "another-link" }],
  ["that a portal was asked about", { tries: 1 }],
  ["that are over", { outcome: "revoked" }],
])("tokens %s wait as long as before", async (_about, more) => {
  expect(await nextTryOf(more)).toEqual(later);
});
