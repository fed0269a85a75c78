import { afterAll, expect, test } from "vitest";
import { poolUnder } from "@/lib/db/client";
import { memoryDatabase } from "@/lib/db/testing";

const memory = await memoryDatabase();

afterAll(() => memory.close());

test("what a killed process has left open is found without the link's whole journal", async () => {
  const user = await memory.client.user.create({ data: {} });
  const { id: accountId } = await memory.client.account.create({
    data: {
      userId: user.id,
      type: "oauth",
      provider: "olx-otodom",
      providerAccountId: "7",
      environment: "production",
      member: {},
    },
  });
  await memory.client.refreshAttempt.createMany({
    data: Array.from({ length: 1_000 }, (_, generation) => ({
      accountId,
      generation,
      owner: "x",
      outcome: generation < 999 ? "succeeded" : null,
    })),
  });
  const pool = poolUnder(memory.client);
  await pool.query("ANALYZE");
  const { rows } = await pool.query(
    'EXPLAIN SELECT id FROM "RefreshAttempt" WHERE "accountId" = $1 AND outcome IS NULL',
    [accountId],
  );
  expect(JSON.stringify(rows)).toContain("RefreshAttempt_open_idx");
});
