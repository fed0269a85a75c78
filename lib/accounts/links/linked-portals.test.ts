import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { expiredLink, granted, rotatingVariables } from "../testing";

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

test("a user's links are listed, oldest first, each with the systems that may use it", async () => {
  const { linkedPortals } = await import("./linked-portals");
  const db = memory.client;
  const createdAt = new Date("2026-11-01T09:00:00Z");
  const link = await expiredLink(db, { createdAt, label: "Main office", member: { name: "Anna" } });
  const { userId } = await db.account.findUniqueOrThrow({ where: { id: link } });
  const newer = { userId, provider: "olx-otodom", providerAccountId: "2", createdAt: new Date() };
  const second = await expiredLink(db, newer);
  const login = { userId, provider: "company", providerAccountId: "sub", type: "oidc" };
  await expiredLink(db, login);
  await expiredLink(db); // another user's
  for (const clientId of ["zeta", "acme"]) await granted(db, { clientId, externalId: "1", link });

  const links = await linkedPortals({ id: userId });

  expect(links.map(({ id }) => id)).toEqual([link, second]);
  expect(links[0]).toMatchObject({
    ...{ connection: "olx-otodom", environment: "production", label: "Main office" },
    member: { name: "Anna", email: null },
    linkedAt: createdAt,
    status: { state: "stale", reason: "expired_token", checkedAt: expect.any(Date) },
    clients: [
      { id: "acme", name: "acme CRM" },
      { id: "zeta", name: "zeta CRM" },
    ],
  });
  expect(links[1]?.clients).toEqual([]);
});
