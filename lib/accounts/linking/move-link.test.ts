import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveSession } from "@/lib/auth/session/session";
import { boardVariables, memberNamed } from "@/lib/auth/testing";
import { findConnection } from "@/lib/conversation/configuration";
import { memoryDatabase } from "@/lib/db/testing";
import { sha256 } from "../tokens/sha256";
import { vault } from "../tokens/vault";
import { type CompletionInput, complete } from "./complete";
import { moveLink } from "./move-link";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  for (const [name, value] of Object.entries(boardVariables("https://board.example")))
    vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const now = new Date("2026-11-22T10:00:00Z");
const REFERENCE = "abcdefgh";

function arrive(id: string, accessToken: string, owner: CompletionInput["owner"] = null) {
  const connection = findConnection("mlsconnect-federia");
  if (!connection) throw new Error("no connection");
  const none = { tokenSecret: null, refreshToken: null, expiresAt: null, scope: null };
  return complete({
    connection,
    key: id,
    owner,
    expected: { who: "another" },
    alsoWrite: async () => [],
    oldSession: null,
    reference: REFERENCE,
    member: memberNamed(id, id),
    tokens: { accessToken, ...none, issuedAt: now },
    now,
  });
}

async function signedIn(id: string): Promise<LiveSession> {
  const completion = await arrive(id, `${id}-1`);
  const session = completion.kind === "done" ? completion.session : null;
  if (!session) throw new Error("not signed in");
  const user = await memory.client.user.findFirstOrThrow({ where: { name: id } });
  return { user, hash: sha256(session.token), expires: session.expires };
}

/** Bram has a user of his own; Anna, signed in, comes back from the portal as Bram. */
async function annaComesBackAsBram() {
  const bram = await signedIn("bram");
  const anna = await signedIn("anna");
  const owner = { user: anna.user.id, session: anna.hash };
  expect(await arrive("bram", "bram-2", owner)).toEqual({ kind: "elsewhere" });
  return { anna, bram };
}

test("nothing moves before the question is answered", async () => {
  const { bram } = await annaComesBackAsBram();
  const link = await memory.client.account.findFirstOrThrow({
    where: { providerAccountId: "bram" },
  });
  expect(link).toMatchObject({ userId: bram.user.id, generation: 1 });
});

test("a yes moves the link with its new tokens, and removes the user who has nothing left", async () => {
  const { anna, bram } = await annaComesBackAsBram();
  await memory.client.account.updateMany({ data: { clientId: "an older registration" } });
  expect(await moveLink(anna, REFERENCE, now)).toEqual({
    kind: "brought",
    connection: "mlsconnect-federia",
  });
  const link = await memory.client.account.findFirstOrThrow({
    where: { providerAccountId: "bram" },
  });
  expect(link).toMatchObject({
    userId: anna.user.id,
    generation: 2,
    checkOutcome: "ok",
    clientId: "client", // of the registration that the new tokens were issued to
  });
  const place = { accountId: link.id, column: "access_token" } as const;
  expect(await vault().open(link.access_token ?? "", place)).toBe("bram-2");
  expect(await memory.client.user.count({ where: { id: bram.user.id } })).toBe(0);
  expect(await memory.client.session.count({ where: { sessionToken: bram.hash } })).toBe(0);
  const events = await memory.client.auditEvent.findMany({ where: { accountId: link.id } });
  expect(events.map(({ action }) => action)).toEqual(["sign_in", "bring", "moved_away"]);
  const told = await memory.client.event.findMany({ where: { type: "link.reconnected" } });
  expect(told).toMatchObject([{ accountId: link.id, connection: "mlsconnect-federia" }]);
});

test("of two answers one counts", async () => {
  const { anna } = await annaComesBackAsBram();
  const answers = await Promise.all([1, 2].map(() => moveLink(anna, REFERENCE, now)));
  expect(answers.map(({ kind }) => kind).toSorted()).toEqual(["brought", "question_closed"]);
});

test.each<[string, (anna: LiveSession, bram: LiveSession) => [LiveSession, string, Date]]>([
  ["another session", (anna) => [{ ...anna, hash: "another" }, REFERENCE, now]],
  ["the other user", (_anna, bram) => [bram, REFERENCE, now]],
  ["another reference", (anna) => [anna, "ijklmnop", now]],
  ["ten minutes later", (anna) => [anna, REFERENCE, new Date(now.getTime() + 600_001)]],
])("the question is closed to %s", async (_name, answer) => {
  const { anna, bram } = await annaComesBackAsBram();
  expect(await moveLink(...answer(anna, bram))).toEqual({ kind: "question_closed" });
  expect(await memory.client.user.count()).toBe(2);
});

test("a user who has linked something else meanwhile keeps everything", async () => {
  const { anna, bram } = await annaComesBackAsBram();
  await arrive("carla", "carla-1", { user: bram.user.id, session: bram.hash });
  expect(await moveLink(anna, REFERENCE, now)).toEqual({ kind: "member_taken" });
  expect(await memory.client.account.count({ where: { userId: bram.user.id } })).toBe(2);
});

test.each(["bram", "anna"])("a user who is gone by then is no error: %s", async (name) => {
  const { anna } = await annaComesBackAsBram();
  await memory.client.user.deleteMany({ where: { name } });
  expect(await moveLink(anna, REFERENCE, now)).toEqual({ kind: "question_closed" });
});
