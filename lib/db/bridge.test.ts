import { PGlite } from "@electric-sql/pglite";
import { expect, test } from "vitest";
import { poolOver } from "./bridge";
import { memoryTemplate } from "./memory-template";

test("a client that was dropped in a transaction leaves nothing to those who come after", async () => {
  const pglite = await PGlite.create({ loadDataDir: await memoryTemplate() });
  const pool = poolOver(pglite);
  await pool.query("CREATE TABLE pear (id INT)");

  for (const round of [1, 2, 3]) {
    const dropped = await pool.connect();
    await dropped.query("BEGIN");
    await dropped.query("INSERT INTO pear VALUES (-1)");
    const waiting = pool.query("INSERT INTO pear VALUES ($1)", [round]);
    if (round > 1) void dropped.query("INSERT INTO pear VALUES (-2)").catch(() => null); // still under way
    dropped.release(new Error("lost"));
    const atOnce = pool.query("INSERT INTO pear VALUES ($1)", [round * 10]);
    await Promise.all([waiting, atOnce]);
    expect(pglite.isInTransaction()).toBe(false);
  }

  const { rows } = await pool.query<{ id: number }>("SELECT id FROM pear ORDER BY id");
  expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 10, 20, 30]);
  await pool.end();
  await pglite.close();
});

test("a pool over a database that was closed fails, and says so", async () => {
  const pglite = await PGlite.create({ loadDataDir: await memoryTemplate() });
  const pool = poolOver(pglite);
  await pglite.close();
  await expect(pool.query("SELECT 1")).rejects.toThrow();
  await expect(pool.query("SELECT 1")).rejects.toThrow();
});
