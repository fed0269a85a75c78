import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { memoryDatabase } from "@/lib/db/testing";
import { endOtherSessions, sessionsOf } from "./other-sessions";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const day = (n: number) => new Date(Date.UTC(2026, 10, n));
const later = new Date(Date.now() + 86_400_000);

async function userWith(...tokens: string[]) {
  const { id } = await memory.client.user.create({ data: {} });
  for (const [n, token] of tokens.entries()) {
    const row = { sessionToken: sha256(token), userId: id, expires: later, createdAt: day(n + 1) };
    await memory.client.session.create({ data: row });
  }
  const user = { id, name: null, email: null, image: null, language: null };
  return { user, hash: sha256(tokens[0] ?? ""), expires: later };
}

test("a user sees where they are signed in, the newest first, and which of it is here", async () => {
  const session = await userWith("here", "there");
  await userWith("another user's");
  await memory.client.session.create({
    data: { sessionToken: "over", userId: session.user.id, expires: day(1), createdAt: day(1) },
  });
  expect(await sessionsOf(session)).toEqual([
    { since: day(2), isHere: false },
    { since: day(1), isHere: true },
  ]);
});

test("all but this browser's session end, of this user alone, and that is told once", async () => {
  const session = await userWith("here", "there", "elsewhere");
  await userWith("another user's");
  await endOtherSessions(session);
  await endOtherSessions(session);
  const left = await memory.client.session.findMany({ select: { sessionToken: true } });
  expect(left.map(({ sessionToken }) => sessionToken).toSorted()).toEqual(
    [sha256("here"), sha256("another user's")].toSorted(),
  );
  const told = await memory.client.auditEvent.findMany({ where: { action: "sign_out" } });
  expect(told.map(({ userId, outcome }) => [userId, outcome])).toEqual([
    [session.user.id, "everywhere_else"],
  ]);
});
