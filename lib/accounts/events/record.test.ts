import { afterEach, beforeEach, expect, test } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { together } from "@/lib/db/together";
import { expiredLink } from "../testing";
import {
  forgetReader,
  grantBegan,
  grantEnded,
  linkCreated,
  linkEvent,
  OPERATOR,
  writeEvents,
} from "./record";

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  memory = await memoryDatabase();
});

afterEach(() => memory.close());

const provider = "olx-otodom";

async function grant(clientId: string, externalId: string, accountId: string) {
  const { client: db } = memory;
  await db.client.upsert({
    where: { id: clientId },
    create: { id: clientId, name: clientId },
    update: {},
  });
  await db.clientUser.create({ data: { clientId, externalId } });
  await db.grant.create({ data: { clientId, externalId, accountId } });
  return { clientId, externalId };
}

async function told() {
  const rows = await memory.client.event.findMany({ orderBy: { id: "asc" } });
  return rows.map(({ reader, type, externalId, reason }) => [reader, type, externalId, reason]);
}

test("an event is told to each client that may use the link then, by its own name for its user", async () => {
  const link = { id: await expiredLink(memory.client), provider };
  const other = await expiredLink(memory.client);
  await grant("acme", "7", link.id);
  await grant("bolt", "b:7", link.id);
  await grant("cone", "c", other);
  const type = "link.needs_reconnect";
  await writeEvents(memory.client, linkEvent(memory.client, { type, link, reason: "refused" }));
  expect((await told()).toSorted()).toEqual([
    [OPERATOR, type, null, "refused"],
    ["acme", type, "7", "refused"],
    ["bolt", type, "b:7", "refused"],
  ]);
  const [row] = await memory.client.event.findMany({ take: 1 });
  expect(row).toMatchObject({ accountId: link.id, connection: provider, session: null });
});

test("for a client a link begins and ends with its grant", async () => {
  const link = { id: await expiredLink(memory.client), provider };
  const { client: db } = memory;
  await writeEvents(db, linkCreated(db, link));
  const given = await grant("acme", "7", link.id);
  await writeEvents(db, grantBegan(db, given, link));
  await writeEvents(db, grantEnded(db, given, link));
  await db.grant.deleteMany();
  await writeEvents(db, linkEvent(db, { type: "link.removed", link }));
  expect(await told()).toEqual([
    [OPERATOR, "link.created", null, null],
    ["acme", "link.created", "7", null],
    [OPERATOR, "grant.ended", null, null],
    ["acme", "grant.ended", "7", null],
    [OPERATOR, "link.removed", null, null],
  ]);
});

test("an event may be written together with what makes it true", async () => {
  const link = { id: await expiredLink(memory.client), provider };
  const { client: db } = memory;
  await db.$transaction((tx) =>
    together(tx, [linkCreated(tx, link), linkEvent(tx, { type: "link.reconnected", link })]),
  );
  expect(await told()).toHaveLength(2);
});

test("what a client was told goes with it, and nothing else", async () => {
  const link = { id: await expiredLink(memory.client), provider };
  const { client: db } = memory;
  await grant("acme", "7", link.id);
  await writeEvents(db, linkEvent(db, { type: "link.recovered", link }));
  await db.$transaction((tx) => forgetReader(tx, "acme"));
  expect(await told()).toEqual([[OPERATOR, "link.recovered", null, null]]);
});
