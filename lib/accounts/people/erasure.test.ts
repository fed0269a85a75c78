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
      upstream: { outcome: "not_supported", page: null, home: "your OLX Group account" },
    },
  ]);
});

test("a portal that does not answer is pending in the receipt, and nobody is waited for in vain", async () => {
  portal.status = 503;
  const id = await anna();
  const begun = Date.now();
  await eraseUser(id, "erasure-1", 30_000);
  expect(Date.now() - begun).toBeLessThan(10_000);
  const receipt = await receiptOf(id, now);
  expect(receipt?.final).toBe(false);
  expect(receipt?.links[0]?.upstream).toMatchObject({ outcome: "pending", tries: 1 });

  portal.status = 200;
  await memory.client.revocation.updateMany({ data: { nextTryAt: new Date(0) } });
  await retryDue();
  expect((await receiptOf(id, now))?.final).toBe(true);
});

test("what is kept holds nothing of the person", async () => {
  const id = await anna();
  await eraseUser(id, "erasure-1", 5_000);
  const receipt = await receiptOf(id, now);
  const events = await memory.client.auditEvent.findMany();
  const queue = await memory.client.revocation.findMany();
  expect(receipt?.kept.map(({ rows }) => rows)).toEqual([events.length, queue.length]);
  const kept = JSON.stringify([events, queue], (_, value) =>
    typeof value === "bigint" ? String(value) : value,
  );
  expect(kept).not.toMatch(/anna|a@b|member-of|eyJ/i);
});

test("nobody is not erased, and has no receipt", async () => {
  expect(await eraseUser("nobody", "erasure-1", 1_000)).toBe(false);
  expect(await receiptOf("nobody", now)).toBeNull();
  expect(await memory.client.auditEvent.count()).toBe(0);
});
