import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { expiredLink, granted, rotatingPortal, rotatingVariables } from "../testing";

/** A client leaves with what it needs. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let portal: Awaited<ReturnType<typeof rotatingPortal>>;

beforeEach(async () => {
  portal = await rotatingPortal();
  for (const [name, value] of Object.entries(rotatingVariables(portal.url)))
    vi.stubEnv(name, value);
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  for (const id of ["acme", "beta"]) {
    await memory.client.client.create({ data: { id, name: id, returnUrls: [] } });
  }
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(async () => {
  vi.restoreAllMocks();
  portal.close();
  await memory.close();
});

async function imported(externalId: string, accessToken: string, refreshToken: string) {
  const { importLink } = await import("./import-link");
  const { findConnection } = await import("@/lib/conversation/configuration");
  const connection = findConnection("olx-otodom");
  if (!connection) throw new Error("no connection");
  const tokens = { accessToken, refreshToken, tokenSecret: null, expiresAt: null, issuedAt: null };
  const wish = {
    ...{ clientId: "acme", externalId, shown: { name: "Anna", email: null }, label: "Otodom" },
    ...{ connection, tokens: { ...tokens, scope: "read" } },
  };
  return importLink({ ...wish, actor: "system", reference: "ref" });
}

async function exported(client: string) {
  const { exportLinks } = await import("./export-links");
  const links = [];
  for await (const link of exportLinks(client, async (text) => `sealed ${text}`, "ref-2")) {
    links.push(link);
  }
  return links;
}

test("a client's links come out in the form in which they can be imported", async () => {
  await imported("agent-1", "a1", "r1");
  const [link, ...others] = await exported("acme");
  expect(others).toEqual([]);
  expect(link).toMatchObject({
    user: { external_id: "agent-1", name: "Anna" },
    ...{ connection: "olx-otodom", environment: "production", label: "Otodom", member: null },
  });
  const { ImportWish } = await import("./wish");
  const tokens = JSON.parse(link?.tokens?.replace("sealed ", "") ?? "");
  const { user, connection, label } = link ?? {};
  expect(ImportWish.parse({ user, connection, label, tokens }).tokens).toEqual({
    access_token: "a1",
    refresh_token: "r1",
    token_secret: null,
    expires_at: null,
    scope: "read",
  });
  const where = { action: "export_tokens", clientId: "acme" };
  expect(await memory.client.auditEvent.count({ where })).toBe(1);
});

test("what was handed out is known again, also when its refresh token was renewed here since", async () => {
  const id = await expiredLink(memory.client);
  await memory.client.user.updateMany({ data: { ofClient: true } });
  await granted(memory.client, { clientId: "acme", externalId: "agent-1", link: id });
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { holderOf } = await import("../tokens/held-tokens");
  const connection = findConnection("olx-otodom");
  if (!connection) throw new Error("no connection");
  const tokens = { accessToken: "other", refreshToken: "refresh-1" };
  expect(await holderOf(memory.client, connection, tokens)).toBeNull();
  await exported("acme");
  expect(await holderOf(memory.client, connection, tokens)).toBe(id);
});

test("a link on a person's own dashboard is listed without tokens, and another client's is not listed", async () => {
  const id = await expiredLink(memory.client);
  await granted(memory.client, { clientId: "acme", externalId: "agent-1", link: id });
  expect(await exported("acme")).toMatchObject([{ tokens: null, reason: "members_own" }]);
  expect(await exported("beta")).toEqual([]);
  expect(await memory.client.auditEvent.count({ where: { action: "export_tokens" } })).toBe(0);
});

test("tokens that no longer open are said to be so, and the rest comes out", async () => {
  for (const n of [1, 2, 3]) await imported(`agent-${n}`, `a${n}`, `r${n}`);
  const { id } = await memory.client.account.findFirstOrThrow();
  await memory.client.account.update({ where: { id }, data: { access_token: "broken" } });
  const reasons = (await exported("acme")).map((link) =>
    "reason" in link ? link.reason : "sealed",
  );
  expect(reasons.toSorted()).toEqual(["not_readable", "sealed", "sealed"]);
});
