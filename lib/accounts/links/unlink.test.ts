import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresDatabase } from "@/lib/db/testing";
import { deleteAccount, unlink } from "./unlink";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

type Client = Awaited<ReturnType<typeof memoryDatabase>>["client"];
let memory: Awaited<ReturnType<typeof memoryDatabase>>;

const variables = {
  MLSCONNECT_BOARDS: "federia caraibes",
  MLSCONNECT_CLIENT_ID: "id",
  MLSCONNECT_CLIENT_SECRET: "secret",
  OLX_CLIENT_ID: "id",
  OLX_CLIENT_SECRET: "secret",
  OLX_API_KEY: "key",
  SPARK_CLIENT_ID: "id",
  SPARK_CLIENT_SECRET: "secret",
};

beforeEach(async () => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

type Link = { provider: string; environment?: string; type?: string };

async function userWith(client: Client, ...links: Link[]) {
  const user = await client.user.create({
    data: {
      accounts: {
        create: links.map(({ provider, environment = "production", type = "oauth" }, n) => ({
          type,
          provider,
          providerAccountId: `member-${n}`,
          environment,
          member: {},
        })),
      },
    },
    include: { accounts: true },
  });
  const idOf = (provider: string) =>
    user.accounts.find((each) => each.provider === provider)?.id ?? "";
  return { user, idOf };
}

const left = async (user: { id: string }, client = memory.client) =>
  (await client.account.findMany({ where: { userId: user.id } })).map(({ provider }) => provider);

test("a link is removed with its tokens, and the record says so", async () => {
  const { user, idOf } = await userWith(
    memory.client,
    { provider: "mlsconnect-federia" },
    { provider: "olx-otodom" },
  );
  expect(await unlink(user, idOf("olx-otodom"), "ref")).toEqual({
    kind: "unlinked",
    connection: "olx-otodom",
    revocation: null,
    pasted: false,
  });
  expect(await left(user)).toEqual(["mlsconnect-federia"]);
  expect(await memory.client.auditEvent.findMany()).toMatchObject([
    { action: "unlink", userId: user.id, connection: "olx-otodom", requestId: "ref" },
    { action: "revoke", outcome: "unsupported", actor: "system", requestId: "ref" },
  ]);
});

test.each<[string, Link[]]>([
  ["nothing else is linked", []],
  ["the rest cannot sign a user in", [{ provider: "olx-otodom" }]],
  ["the rest is not set up here any more", [{ provider: "mlsconnect-gone" }]],
  [
    "the rest was made in another environment",
    [{ provider: "mlsconnect-caraibes", environment: "staging" }],
  ],
  ["the rest is a key that was pasted", [{ provider: "spark", type: "oauth" }]],
])("the last way to sign in stays when %s", async (_name, others) => {
  const way = { provider: "mlsconnect-federia" };
  const { user, idOf } = await userWith(memory.client, way, ...others);
  expect(await unlink(user, idOf("mlsconnect-federia"), "ref")).toMatchObject({
    kind: "last_way_in",
  });
  expect(await left(user)).toHaveLength(1 + others.length);
});

test.each<[string, Link]>([
  ["Spark's ID token", { provider: "spark", type: "oidc" }],
  ["another board", { provider: "mlsconnect-caraibes" }],
])("beside a link that was made with %s, a way to sign in can go", async (_name, other) => {
  const way = { provider: "mlsconnect-federia" };
  const { user, idOf } = await userWith(memory.client, way, other);
  expect(await unlink(user, idOf("mlsconnect-federia"), "ref")).toMatchObject({ kind: "unlinked" });
  expect(await left(user)).toEqual([other.provider]);
});

test.each([
  { type: "oidc", pasted: false, revocation: expect.any(String), events: ["unlink"] },
  { type: "oauth", pasted: true, revocation: null, events: ["unlink", "revoke"] }, // the member's own key
])(
  "Spark is asked to revoke what a flow has brought, and not a pasted key: $type",
  async (given) => {
    const { type, events, ...outcome } = given;
    const ways = [{ provider: "mlsconnect-federia" }, { provider: "spark", type }];
    const { user, idOf } = await userWith(memory.client, ...ways);
    expect(await unlink(user, idOf("spark"), "ref")).toMatchObject(outcome);
    const recorded = await memory.client.auditEvent.findMany({ orderBy: { id: "asc" } });
    expect(recorded.map(({ action }) => action)).toEqual(events);
  },
);

test("a user cannot remove another user's link", async () => {
  const { user } = await userWith(memory.client, { provider: "mlsconnect-federia" });
  const { user: other, idOf } = await userWith(memory.client, { provider: "olx-otodom" });
  expect(await unlink(user, idOf("olx-otodom"), "ref")).toEqual({ kind: "absent" });
  expect(await unlink(user, "", "ref")).toEqual({ kind: "absent" });
  expect(await left(other)).toEqual(["olx-otodom"]);
});

const twoWays = [{ provider: "mlsconnect-federia" }, { provider: "mlsconnect-caraibes" }];

test("two at once cannot remove the last two ways in", async () => {
  const { user } = await userWith(memory.client, ...twoWays);
  const done = await Promise.all(user.accounts.map(({ id }) => unlink(user, id, "ref")));
  expect(done.map(({ kind }) => kind).toSorted()).toEqual(["last_way_in", "unlinked"]);
  expect(await left(user)).toHaveLength(1);
});

test("two at once on PostgreSQL neither", async (context) => {
  const opened = await postgresDatabase();
  if (!opened) return context.skip(NO_POSTGRESQL);
  try {
    at.client = opened.client;
    for (let round = 0; round < 20; round += 1) {
      const { user } = await userWith(opened.client, ...twoWays.map((way) => ({ ...way })));
      const done = await Promise.all(user.accounts.map(({ id }) => unlink(user, id, "ref")));
      expect(done.map(({ kind }) => kind).toSorted()).toEqual(["last_way_in", "unlinked"]);
      await deleteAccount(user, "ref");
    }
  } finally {
    await opened.close();
  }
}, 60_000);

test("a deleted account leaves nothing but the record", async () => {
  const { user } = await userWith(memory.client, ...twoWays);
  const expires = new Date(Date.now() + 60_000);
  await memory.client.session.create({ data: { sessionToken: "s", userId: user.id, expires } });
  await deleteAccount(user, "ref");
  await deleteAccount(user, "again");
  expect(await memory.client.user.count()).toBe(0);
  expect(await memory.client.account.count()).toBe(0);
  expect(await memory.client.session.count()).toBe(0);
  const events = await memory.client.auditEvent.findMany({ orderBy: { id: "asc" } });
  expect(events.map(({ action }) => action).filter((action) => action !== "revoke")).toEqual([
    "unlink",
    "unlink",
    "delete_account",
  ]);
});

test("all who might use a link are told that it is gone, in an account's end as well", async () => {
  const { client: db } = memory;
  const { user, idOf } = await userWith(
    db,
    { provider: "mlsconnect-federia" },
    { provider: "olx-otodom" },
    { provider: "mlsconnect-caraibes" },
  );
  await db.client.create({
    data: { id: "acme", name: "Acme", users: { create: { externalId: "7" } } },
  });
  const grant = { clientId: "acme", externalId: "7" };
  for (const provider of ["olx-otodom", "mlsconnect-caraibes"])
    await db.grant.create({ data: { ...grant, accountId: idOf(provider) } });
  const told = async () =>
    (await db.event.findMany()).map(({ reader, type, connection, externalId }) =>
      [reader, type, connection, externalId].join(" "),
    );
  await unlink(user, idOf("olx-otodom"), "reference");
  const unlinked = [" link.removed olx-otodom ", "acme link.removed olx-otodom 7"];
  expect((await told()).toSorted()).toEqual(unlinked);
  await deleteAccount(user, "reference");
  const deleted = [
    " link.removed mlsconnect-caraibes ",
    " link.removed mlsconnect-federia ",
    "acme link.removed mlsconnect-caraibes 7",
  ];
  expect((await told()).toSorted()).toEqual([...unlinked, ...deleted].toSorted());
});
