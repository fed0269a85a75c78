import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { tokenColumns } from "@/lib/accounts/tokens/vault";
import { type OpenDatabase, poolUnder } from "@/lib/db/client";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import packageJson from "@/package.json";

/** Many links from the embedded database to a server, and what memory that takes beside a few. */

const FEW = 1_000;
const MANY = 100_000;
const BATCH = 1_000;

const server = await postgresServer();
afterAll(() => server?.stop());

test("a hundred thousand links move in the memory of a thousand", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const peaks: number[] = [];
  for (const count of [FEW, MANY]) {
    const directory = mkdtempSync(join(tmpdir(), "portico-move-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const source = await openDatabase({ url: null, directory });
    await fill(source, count);
    await source.close();

    const began = performance.now();
    const url = await server.create(`links-${count}`);
    const moved = await run({ DATABASE_URL: "", DATABASE_DIRECTORY: directory, MOVE_TO: url });
    expect(moved).toMatchObject({ code: 0, stderr: "" });
    expect(moved.stdout).toContain(`All ${2 * count} stored tokens open`);
    peaks.push(moved.peak);

    const target = await openDatabase({ url, directory: "" });
    expect(await target.client.account.count()).toBe(count);
    await target.close();
    const seconds = Math.round((performance.now() - began) / 1000);
    await context.annotate(
      `${count.toLocaleString("en")} links moved in ${seconds} s, with at most ${moved.peak} MB`,
      "figure",
    );
  }
  const [few = 0, many = 0] = peaks;
  expect(many).toBeLessThan(few + 200); // of the links' 200 MB and more, a few batches at a time
});

/** Links of about two kilobytes, with an event each. */
async function fill({ client }: OpenDatabase, count: number) {
  const pool = poolUnder(client);
  await client.user.create({ data: { id: "anna" } });
  for (let at = 0; at < count; at += BATCH) {
    const ids = Array.from({ length: BATCH }, (_, n) => `link-${at + n}`);
    const rows = await Promise.all(
      ids.map(async (id) => ({
        id,
        ...(await tokenColumns(id, {
          accessToken: `access-${id}-${"a".repeat(400)}`,
          refreshToken: `refresh-${id}-${"r".repeat(400)}`,
          ...{ tokenSecret: null, expiresAt: null, issuedAt: null, scope: null },
        })),
      })),
    );
    await pool.query(
      `INSERT INTO "Account" (id, "userId", type, provider, "providerAccountId", environment, member, "updatedAt", access_token, refresh_token, kid)
       SELECT id, 'anna', 'oauth', 'olx-otodom', id, 'production', '{"name": "Olga Nowak"}', now(), access, refresh, 'k1'
       FROM unnest($1::text[], $2::text[], $3::text[]) AS given (id, access, refresh)`,
      [ids, rows.map((row) => row.access_token), rows.map((row) => row.refresh_token)],
    );
    await pool.query(
      `INSERT INTO "AuditEvent" (action, outcome, "accountId", "requestId") SELECT 'link', 'linked', id, id FROM unnest($1::text[]) AS given (id)`,
      [ids],
    );
  }
}

/** The command with these settings, and the most memory it had, in megabytes. */
async function run(settings: Record<string, string>) {
  const [, ...words] = packageJson.scripts["move-database"].split(" ");
  const child = spawn(process.execPath, words, { env: { ...process.env, ...settings } });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  let peak = 0;
  let running = true;
  void ended.finally(() => {
    running = false;
  });
  while (running) {
    peak = Math.max(peak, peakOf(child.pid));
    await sleep(100);
  }
  const [stdout, stderr, [code]] = await ended;
  return { code, stdout, stderr, peak };
}

/** proc(5), VmHWM; 0 once it has ended, or where there is no such file. */
function peakOf(pid: number | undefined) {
  try {
    const [, kilobytes = 0] =
      /^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return Math.round(Number(kilobytes) / 1024);
  } catch {
    return 0;
  }
}
