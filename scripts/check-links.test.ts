import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeEach, expect, test, vi } from "vitest";
import { adverts, expiredLink, rotatingPortal, rotatingVariables } from "@/lib/accounts/testing";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import packageJson from "@/package.json";

/** `npm run check-links` as it is typed, stopped and killed, beside a portal that is slow. */

const server = await postgresServer();
const portal = await rotatingPortal();
const stage = server && (await stageOn(await server.create("portico")));

async function stageOn(url: string) {
  return { url, opened: await openDatabase({ url, directory: "" }) };
}

afterAll(async () => {
  await stage?.opened.close();
  portal.close();
  await server?.stop();
});

const LINKS = 12;
const AT_ONCE = 3;

beforeEach(async () => {
  portal.reads.length = 0;
  portal.onRead = (response) => void sleep(300).then(() => response.end(adverts));
  const { client } = stage?.opened ?? {};
  await client?.user.deleteMany();
  const long = new Date(Date.now() - 24 * 3_600_000);
  const expires_at = Math.floor(Date.now() / 1000) + 3600;
  for (let n = 0; client && n < LINKS; n += 1) {
    await expiredLink(client, { expires_at, tokensAt: long, checkedAt: long });
  }
});

function start(url: string) {
  const [, ...words] = packageJson.scripts["check-links"].split(" ");
  const args = [...words, "--per-second", "100", "--at-once", String(AT_ONCE)];
  const env = { ...process.env, ...rotatingVariables(portal.url), DATABASE_URL: url };
  const child = spawn(process.execPath, args, { env });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, said }));
  return { child, ended };
}

const questions = (count: number) =>
  vi.waitFor(() => expect(portal.reads.length).toBeGreaterThanOrEqual(count), 30_000);

test("Ctrl-C ends it after the links that it is at, with the table so far", async (context) => {
  if (!stage) return context.skip(NO_POSTGRESQL);
  const { child, ended } = start(stage.url);
  await questions(AT_ONCE + 1);
  child.kill("SIGINT");
  await sleep(50);
  child.kill("SIGINT"); // npm hands on what the terminal has sent already
  const { code, said } = await ended;
  expect(code).toBe(130);
  const [, work, left] = /^olx-otodom +(\d+) +0 +0 +0 +(\d+)$/m.exec(said) ?? [];
  expect(Number(work)).toBe(portal.reads.length);
  expect(Number(work) + Number(left)).toBe(LINKS);
  const held = { checkLeaseUntil: { not: null } };
  expect(await stage.opened.client.account.count({ where: held })).toBe(0);
}, 120_000);

test("after a kill the next goes on where it was, and waits for nothing", async (context) => {
  if (!stage) return context.skip(NO_POSTGRESQL);
  const { child, ended } = start(stage.url);
  await questions(AT_ONCE + 1);
  child.kill("SIGKILL");
  await ended;
  const { code, said } = await start(stage.url).ended;
  expect(code).toBe(0);
  expect(said).toContain("olx-otodom");
  expect(portal.reads.length).toBeLessThanOrEqual(LINKS);
  const { account } = stage.opened.client;
  const due = await account.count({
    where: { checkedAt: { lt: new Date(Date.now() - 3_600_000) } },
  });
  const held = await account.count({ where: { checkLeaseUntil: { not: null } } });
  expect(due).toBeLessThanOrEqual(AT_ONCE);
  expect(held).toBeLessThanOrEqual(AT_ONCE);
}, 120_000);
