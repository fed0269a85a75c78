import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { poolUnder } from "@/lib/db/client";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresDatabase } from "@/lib/db/testing";
import { expiredLink } from "../testing";
import { readLink } from "../tokens/link-tokens";
import { tokenColumns } from "../tokens/vault";
import { claimRefresh } from "./claim";
import { recordRefresh } from "./record";

/** A refresh writes no index of the links anew: PostgreSQL changes the row where it is (a "heap-only tuple"). */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const LINKS = 20;
const REFRESHES = 3;

/** As long as portals' tokens are: sealed, they have one to two thousand characters. */
const longToken = () => randomBytes(500 + Math.floor(Math.random() * 500)).toString("base64url");

const longTokens = () => ({
  accessToken: longToken(),
  refreshToken: longToken(),
  tokenSecret: null,
  expiresAt: new Date(),
  issuedAt: null,
  scope: "read",
});

async function refresh(id: string) {
  const link = await readLink(id);
  const claim = link && (await claimRefresh(link, "us"));
  if (!link || !claim) throw new Error("not claimed");
  const response = { tokens: longTokens(), idToken: null, moreFields: {} };
  await recordRefresh(claim, link, { kind: "succeeded", response });
}

test("nine of ten changes that refreshes make to links are made in place", async (context) => {
  const opened = await postgresDatabase();
  if (!opened) return context.skip(NO_POSTGRESQL);
  try {
    at.client = opened.client;
    const pool = poolUnder(opened.client);
    const ids: string[] = [];
    for (let n = 0; n < LINKS; n += 1) {
      const id = await expiredLink(opened.client);
      const data = await tokenColumns(id, longTokens());
      await opened.client.account.update({ where: { id }, data });
      ids.push(id);
    }
    await pool.query('VACUUM (FULL) "Account"'); // as full as pages may be
    const changes = async () => {
      const { rows } = await pool.query(
        `SELECT n_tup_upd::int AS all, n_tup_hot_upd::int AS hot
         FROM pg_stat_user_tables WHERE relname = 'Account'`,
      );
      return rows[0] as { all: number; hot: number };
    };
    const counted = async (count: number) => {
      for (;;) {
        const { all, hot } = await changes();
        if (all >= count) return { all, hot };
        await sleep(200); // sessions report about once a second
      }
    };
    const before = await counted(LINKS);
    for (let round = 0; round < REFRESHES; round += 1) for (const id of ids) await refresh(id);
    const after = await counted(before.all + 2 * LINKS * REFRESHES);
    expect((after.hot - before.hot) / (after.all - before.all)).toBeGreaterThanOrEqual(0.9);
  } finally {
    await opened.close();
  }
}, 120_000);
