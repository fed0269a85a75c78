import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { expect, test, vi } from "vitest";
import { durableParameters, makeDurable } from "./durability";
import { newFolder } from "./fixtures/folder";
import { memoryTemplate } from "./memory-template";

const startParams = durableParameters(PGlite.defaultStartParams);

test("every commit is on the disk before it is acknowledged", async () => {
  const data = join(newFolder(), "data");
  const pglite = await PGlite.create(data, { loadDataDir: await memoryTemplate(), startParams });
  await makeDurable(pglite);
  await pglite.exec("CREATE TABLE pear (id INT)");

  const fsync = vi.spyOn(fs, "fsyncSync");
  syncBuiltinESMExports();
  for (let id = 1; id <= 10; id++) {
    await pglite.query("INSERT INTO pear VALUES ($1)", [id]);
    expect(fsync.mock.calls.length).toBeGreaterThanOrEqual(id);
  }
  fsync.mockRestore();
  syncBuiltinESMExports();
  await pglite.close();
});

test("a PGlite that would not write to the disk is refused", async () => {
  const pglite = await PGlite.create({ loadDataDir: await memoryTemplate(), startParams });
  await expect(makeDurable(pglite)).rejects.toMatchObject({ code: "unreadable" });
  await pglite.close();
});
