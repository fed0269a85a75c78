import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Prisma } from "@/lib/db/generated/client";
import { memoryDatabase } from "@/lib/db/testing";
import { recordEvent } from "../audit";
import { deleteAccount } from "../links/unlink";
import { expiredLink, granted } from "../testing";
import { exportUser } from "./export";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const now = new Date("2026-11-22T10:00:00Z");

/** What opens doors, and what only says how we store it. */
const heldBack: Record<string, string[]> = {
  links: [
    "userId",
    "access_token",
    "refresh_token",
    "oauth_token_secret",
    "id_token",
    "session_state",
    "kid",
    "clientId",
    "leaseOwner",
    "leaseUntil",
    "checkLeaseUntil",
    "toldBroken",
    "toldDays",
    "lookAt",
  ],
  refreshes: ["accountId", "owner"],
  grants: ["accountId"],
  clientUsers: ["userId"],
  sessions: ["sessionToken", "userId"],
  told: ["position"],
  revocations: ["userId", "access_token", "refresh_token", "kid", "clientId", "leaseUntil"],
};

async function storedUser() {
  const db = memory.client;
  const link = await expiredLink(db);
  const member = { office: { officeKey: "key", memberMlsId: "riv.key" } };
  await db.account.update({ where: { id: link }, data: { member } });
  const { userId } = await db.account.findUniqueOrThrow({ where: { id: link } });
  await db.user.update({ where: { id: userId }, data: { name: "Anna Peeters" } });
  const expires = new Date("2026-12-22T10:00:00Z");
  await db.session.create({ data: { sessionToken: "hash-of-a-session", userId, expires } });
  await db.refreshAttempt.create({ data: { accountId: link, generation: 1, owner: "process" } });
  const queued = { connection: "spark", environment: "production", access_token: "sealed" };
  await db.revocation.create({ data: { ...queued, userId, member: "m1" } });
  await db.revocation.create({ data: { ...queued, userId: "another", member: "m2" } });
  const event = { action: "sign_in", outcome: "succeeded", actor: "user" } as const;
  await recordEvent(db, { ...event, userId, requestId: "ref" });
  await recordEvent(db, { ...event, userId: "another-user", requestId: "other" });
  const told = { reader: "acme", type: "link.created", externalId: "agent-7" };
  await db.event.create({ data: { ...told, accountId: link } });
  await db.event.create({ data: { ...told, accountId: "another-link" } });
  await granted(db, { clientId: "acme", externalId: "agent-1", link, own: userId });
  return { userId, link };
}

test("a user gets everything we hold about them, and nothing of anybody else", async () => {
  const { userId, link } = await storedUser();
  const exported = await exportUser(userId, now);
  expect(exported).toMatchObject({
    format: "portico-user",
    version: 1,
    exportedAt: now,
    user: { id: userId, name: "Anna Peeters" },
    links: [
      {
        id: link,
        provider: "olx-otodom",
        member: { office: { officeKey: "key", memberMlsId: "riv.key" } },
        refreshes: [{ generation: 1 }],
        grants: [{ clientId: "acme" }],
      },
    ],
    clientUsers: [{ clientId: "acme", externalId: "agent-1" }],
    sessions: [{ expires: new Date("2026-12-22T10:00:00Z") }],
    revocations: [{ connection: "spark", member: "m1" }],
    events: [{ action: "sign_in", requestId: "ref" }],
    told: [{ accountId: link, reader: "acme", externalId: "agent-7" }],
  });
  expect(() => JSON.stringify(exported)).not.toThrow();
});

test("no token and no hash is in it", async () => {
  const { userId, link } = await storedUser();
  const row = await memory.client.account.findUniqueOrThrow({ where: { id: link } });
  const text = JSON.stringify(await exportUser(userId, now));
  for (const secret of [row.access_token, row.refresh_token, "hash-of-a-session", "sealed"]) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toMatch(/eyJ/); // how every JWE begins
});

test("every column is in it or is held back on purpose", async () => {
  const { userId } = await storedUser();
  const exported = await exportUser(userId, now);
  const models = {
    links: [Prisma.AccountScalarFieldEnum, exported?.links[0]],
    refreshes: [Prisma.RefreshAttemptScalarFieldEnum, exported?.links[0]?.refreshes[0]],
    grants: [Prisma.GrantScalarFieldEnum, exported?.links[0]?.grants[0]],
    clientUsers: [Prisma.ClientUserScalarFieldEnum, exported?.clientUsers[0]],
    sessions: [Prisma.SessionScalarFieldEnum, exported?.sessions[0]],
    revocations: [Prisma.RevocationScalarFieldEnum, exported?.revocations[0]],
    user: [Prisma.UserScalarFieldEnum, exported?.user],
    events: [Prisma.AuditEventScalarFieldEnum, exported?.events[0]],
    told: [Prisma.EventScalarFieldEnum, exported?.told[0]],
  };
  for (const [name, [columns, row]] of Object.entries(models)) {
    const missing = Object.keys(columns ?? {}).filter(
      (column) => !Object.hasOwn(row ?? {}, column),
    );
    expect({ name, missing: missing.toSorted() }).toEqual({
      name,
      missing: (heldBack[name] ?? []).toSorted(),
    });
  }
});

test("an unknown user has no export", async () => {
  const { userId } = await storedUser();
  await deleteAccount({ id: userId }, "ref");
  expect(await exportUser(userId, now)).toBeNull();
  expect(await exportUser("unknown", now)).toBeNull();
});
