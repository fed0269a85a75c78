import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { boardVariables, memberNamed } from "@/lib/auth/testing";
import { findConnection } from "@/lib/conversation/configuration";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { unlink } from "../links/unlink";
import { revocableColumns } from "../revocation/queue";
import { openColumn } from "../tokens/link-tokens";
import { sha256 } from "../tokens/sha256";
import { vault } from "../tokens/vault";
import { complete } from "./complete";

/** One member in two places at once, on PostgreSQL: the embedded database does one thing after the other. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const server = await postgresServer();
const many = Array.from({ length: 12 }, (_, n) => n);
let opened: Awaited<ReturnType<typeof openDatabase>>;

beforeAll(async () => {
  if (!server) return;
  const variables = {
    ...boardVariables("http://localhost:9"),
    MLSCONNECT_REVOCATION_URL: "http://localhost:9/revoke",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  opened = await openDatabase({ url: await server.create("portico"), directory: "" });
  at.client = opened.client;
});

afterAll(async () => {
  if (!server) return;
  await opened.close();
  await server.stop();
});

async function signIn(id: string, accessToken: string) {
  const connection = findConnection("mlsconnect-federia");
  if (!connection) throw new Error("no connection");
  const none = { tokenSecret: null, refreshToken: null, expiresAt: null, scope: null };
  const now = new Date();
  return complete({
    connection,
    key: id,
    owner: null,
    expected: { who: "first" },
    alsoWrite: async () => [],
    oldSession: null,
    reference: "abcdefgh",
    member: memberNamed(id, id),
    tokens: { accessToken, ...none, issuedAt: now },
    now,
  });
}

const linkOf = (id: string) =>
  opened.client.account.findFirstOrThrow({
    where: { providerAccountId: id },
    select: revocableColumns,
  });

test("of many sign-ins at once every token but the last is put up to be taken back, once", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  await signIn("anna", "token-first");
  await Promise.all(many.map((n) => signIn("anna", `token-${n}`)));
  const queued = await opened.client.revocation.findMany({ where: { member: "anna" } });
  const waiting = await Promise.all(
    queued.map(({ id: revocationId, access_token }) =>
      vault().open(access_token ?? "", { revocationId, column: "access_token" }),
    ),
  );
  const last = await openColumn(await linkOf("anna"), "access_token");
  const all = ["token-first", ...many.map((n) => `token-${n}`)];
  expect([...waiting, last].toSorted()).toEqual(all.toSorted());
});

test("signing in and unlinking at once wait for each other, and neither fails", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  for (const n of many) {
    await Promise.all([signIn(`bram-${n}`, "token-1"), signIn(`other-${n}`, "token-2")]);
    const { id, userId } = await linkOf(`bram-${n}`);
    const other = await linkOf(`other-${n}`);
    await opened.client.account.update({ where: { id: other.id }, data: { userId } });
    const [unlinked, signedIn] = await Promise.all([
      unlink({ id: userId }, id, "abcdefgh"),
      signIn(`bram-${n}`, "token-3"),
    ]);
    expect([unlinked.kind, signedIn.kind]).toEqual(["unlinked", "done"]);
  }
});

test("of more sign-ins at once than a user may have sessions, thirty are left, the last among them", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  await signIn("dora", "token-first");
  const { userId } = await linkOf("dora");
  for (const n of many.slice(0, 4)) {
    const signedIn = await Promise.all(many.map((each) => signIn("dora", `token-${n}-${each}`)));
    expect(signedIn.map(({ kind }) => kind)).toEqual(many.map(() => "done"));
  }
  const last = await signIn("dora", "token-last");
  const sessions = await opened.client.session.findMany({ where: { userId } });
  expect(sessions).toHaveLength(30);
  const token = last.kind === "done" ? (last.session?.token ?? "") : "";
  expect(sessions.map(({ sessionToken }) => sessionToken)).toContain(sha256(token));
  const ended = { userId, action: "sign_out", outcome: "too_many" };
  expect(await opened.client.auditEvent.count({ where: ended })).toBe(20);
});
