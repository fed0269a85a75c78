import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { retryDue } from "../revocation/revocations";
import { tokenColumns } from "../tokens/vault";
import { eraseUser, receiptOf } from "./erasure";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

const portal = { status: 200, revoked: [] as string[], url: "" };
const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  portal.revoked.push(new URLSearchParams(body).get("token") ?? "");
  response.writeHead(portal.status, { "content-type": "application/json" }).end("{}");
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  portal.url = `http://localhost:${(server.address() as AddressInfo).port}`;
});

beforeEach(async () => {
  Object.assign(portal, { status: 200, revoked: [] });
  const variables = {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "id",
    MLSCONNECT_CLIENT_SECRET: "secret",
    MLSCONNECT_REVOCATION_URL: `${portal.url}/revoke`,
    OLX_CLIENT_ID: "id",
    OLX_CLIENT_SECRET: "secret",
    OLX_API_KEY: "key",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function anna() {
  const { id } = await memory.client.user.create({ data: { name: "Anna", email: "a@b.example" } });
  for (const provider of ["mlsconnect-federia", "olx-otodom"]) {
    const link = crypto.randomUUID();
    const tokens = {
      accessToken: `access-${provider}`,
      refreshToken: null,
      tokenSecret: null,
      expiresAt: null,
      issuedAt: null,
      scope: null,
    };
    await memory.client.account.create({
      data: {
        id: link,
        userId: id,
        type: "oauth",
        provider,
        providerAccountId: `member-of-${provider}`,
        environment: "production",
        member: { name: "Anna Peeters" },
        ...(await tokenColumns(link, tokens)),
      },
    });
  }
  return id;
}

/** A row of the queue, of a link that the user has removed before, with nothing in it to ask a portal with. */
function queuedBefore(userId: string, more: Record<string, unknown>) {
  const data = {
    userId,
    accountId: "unlinked-before",
    connection: "mlsconnect-federia",
    environment: "production",
    member: "another-member-of-mlsconnect-federia",
    nextTryAt: new Date(Date.now() + 3_600_000),
    ...more,
  };
  return memory.client.revocation.create({ data });
}

const now = new Date();

test("a user is removed with everything, the portals are asked, and the receipt says what came of it", async () => {
  const id = await anna();
  expect(await eraseUser(id, "erasure-1", 5_000)).toBe(true);
  expect(portal.revoked).toEqual(["access-mlsconnect-federia"]);
  expect(await memory.client.user.count()).toBe(0);
  expect(await memory.client.account.count()).toBe(0);
  const receipt = await receiptOf(id, now);
  expect(receipt).toMatchObject({ user: id, reference: "erasure-1", asOf: now, final: true });
  expect(receipt?.links).toEqual([
    {
      link: expect.any(String),
      connection: "mlsconnect-federia",
      upstream: { outcome: "revoked", at: expect.any(Date) },
    },
    {
      link: expect.any(String),
      connection: "olx-otodom",
      upstream: { outcome: "not_supported", page: null, home: "your Otodom account" },
    },
  ]);
});

test("a portal that does not answer is pending in the receipt, and is not waited for without need", async () => {
  portal.status = 503;
  const id = await anna();
  await queuedBefore("bram", { leaseUntil: new Date(Date.now() + 90_000) });
  const begun = Date.now();
  await eraseUser(id, "erasure-1", 30_000);
  expect(Date.now() - begun).toBeLessThan(10_000);
  const receipt = await receiptOf(id, now);
  expect(receipt?.final).toBe(false);
  expect(receipt?.links[0]?.upstream).toMatchObject({ outcome: "pending", tries: 1 });

  portal.status = 200;
  await memory.client.revocation.updateMany({
    where: { userId: id },
    data: { nextTryAt: new Date(0) },
  });
  await retryDue();
  expect((await receiptOf(id, now))?.final).toBe(true);
});

test("a link that was unlinked before the erasure is in the receipt while its portal is to be asked", async () => {
  const id = await anna();
  await queuedBefore(id, {});
  await queuedBefore(id, { outcome: "revoked", nextTryAt: null, endedAt: now });
  await queuedBefore("bram", { accountId: "unlinked-by-another-user" });
  await memory.client.auditEvent.create({
    data: {
      action: "unlink",
      outcome: "succeeded",
      userId: id,
      accountId: "unlinked-before",
      connection: "mlsconnect-federia",
      requestId: "long before",
    },
  });
  await eraseUser(id, "erasure-1", 5_000);
  const receipt = await receiptOf(id, now);
  expect(receipt?.links.map(({ link, upstream }) => [link, upstream.outcome])).toEqual([
    [expect.any(String), "revoked"],
    [expect.any(String), "not_supported"],
    ["unlinked-before", "pending"],
  ]);
  expect(receipt?.final).toBe(false);
});

test("a link of the erasure is in the receipt once, also with tokens that a refresh brought too late", async () => {
  portal.status = 503;
  const id = await anna();
  const { id: link } = await memory.client.account.findFirstOrThrow({
    where: { userId: id, provider: "mlsconnect-federia" },
  });
  await eraseUser(id, "erasure-1", 0);
  await queuedBefore(id, { accountId: link });
  const receipt = await receiptOf(id, now);
  expect(receipt?.links.filter((each) => each.link === link)).toHaveLength(1);
});

test("a receipt says the same when the queue's rows have been removed, for as long as the record is kept", async () => {
  const id = await anna();
  await eraseUser(id, "erasure-1", 5_000);
  const before = await receiptOf(id, now);
  await memory.client.revocation.deleteMany();
  const after = await receiptOf(id, now);
  const outcomes = (receipt: typeof before) =>
    receipt?.links.map(({ connection, upstream }) => [connection, upstream.outcome]);
  expect(outcomes(after)).toEqual(outcomes(before));
  expect(outcomes(after)).toContainEqual(["mlsconnect-federia", "revoked"]);
  expect(outcomes(after)).toContainEqual(["olx-otodom", "not_supported"]);
  expect(after?.kept[0]?.why).toContain("730 days");
});

test("a portal that is being asked is waited for, also where the database's clock is ahead of ours", async () => {
  const id = await anna();
  const ahead = (seconds: number) => new Date(Date.now() + 3_600_000 + seconds * 1000);
  const { id: asked } = await queuedBefore(id, { nextTryAt: ahead(-1), leaseUntil: ahead(90) });
  let looks = 0;
  at.client = memory.client.$extends({
    query: {
      revocation: {
        count({ args, query }) {
          looks += 1;
          return query(args);
        },
      },
    },
  });
  const erased = eraseUser(id, "erasure-1", 15_000);
  await vi.waitFor(() => expect(looks).toBeGreaterThan(1), { timeout: 10_000 });
  const ended = { outcome: "revoked", nextTryAt: null, leaseUntil: null, endedAt: now };
  await memory.client.revocation.update({ where: { id: asked }, data: ended });
  expect(await erased).toBe(true);
  expect((await receiptOf(id, now))?.final).toBe(true);
});

test("what is kept holds nothing of the person", async () => {
  const id = await anna();
  await eraseUser(id, "erasure-1", 5_000);
  const receipt = await receiptOf(id, now);
  const events = await memory.client.auditEvent.findMany();
  const told = await memory.client.event.findMany();
  const queue = await memory.client.revocation.findMany();
  expect(told).not.toEqual([]);
  const rows = [events.length, told.length, queue.length];
  expect(receipt?.kept.map((each) => each.rows)).toEqual(rows);
  const kept = JSON.stringify([events, told, queue], (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
  expect(kept).not.toMatch(/anna|a@b|member-of|eyJ/i);
});

test("an unknown user is not erased, and has no receipt", async () => {
  expect(await eraseUser("unknown", "erasure-1", 1_000)).toBe(false);
  expect(await receiptOf("unknown", now)).toBeNull();
  expect(await memory.client.auditEvent.count()).toBe(0);
});
