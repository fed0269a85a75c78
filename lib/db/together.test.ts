import { afterEach, beforeEach, expect, test } from "vitest";
import { Prisma } from "./generated/client";
import { table } from "./tables";
import { memoryDatabase } from "./testing";
import { moment, statement, together } from "./together";

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
});

afterEach(() => memory.close());

const user = (id: string) =>
  Prisma.sql`INSERT INTO ${table(memory.client, "User")} (id, name, "updatedAt") VALUES (${id}, ${`${id}'s name`}, now())`;
const names = Prisma.sql`SELECT name FROM "User" ORDER BY id`;

test("several writes are one statement, and its question finds what was there before", async () => {
  const { client } = memory;
  expect(await client.$transaction((tx) => together(tx, [user("a"), user("b")], names))).toEqual(
    [],
  );
  const renamed = Prisma.sql`UPDATE "User" SET name = ${"other"} WHERE id = ${"b"}`;
  const before = [{ name: "a's name" }, { name: "b's name" }];
  expect(await client.$transaction((tx) => together(tx, [user("c"), renamed], names))).toEqual(
    before,
  );
  expect((await statement(client, names)).rows).toEqual([
    { name: "a's name" },
    { name: "other" },
    { name: "c's name" },
  ]);
});

test("of several writes all are done or none", async () => {
  const { client } = memory;
  const both = client.$transaction((tx) => together(tx, [user("a"), user("b"), user("a")]));
  await expect(both).rejects.toThrow();
  expect(await client.user.count()).toBe(0);
});

test("a moment is the same moment in any time zone of the server", async () => {
  const date = new Date("2026-11-22T10:00:00.123Z");
  const read = await memory.client.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL TimeZone = 'America/New_York'`;
    return tx.$queryRaw`SELECT extract(epoch FROM ${moment(date)})::float8 AS seconds`;
  });
  expect(read).toEqual([{ seconds: date.getTime() / 1000 }]);
});
