import { expect, test } from "vitest";
import { memoryDatabase } from "./testing";

test("databases in memory know nothing of each other, nor of those before them", async () => {
  const first = await memoryDatabase();
  const second = await memoryDatabase();
  await first.client.auditEvent.create({
    data: { action: "test", outcome: "ok", requestId: "test" },
  });
  expect(await second.client.auditEvent.count()).toBe(0);
  await first.close();

  const third = await memoryDatabase();
  expect(await third.client.auditEvent.count()).toBe(0);
  const again = { action: "test", outcome: "ok", requestId: "test" };
  expect(await third.client.auditEvent.create({ data: again })).toMatchObject({ id: 1n });
});
