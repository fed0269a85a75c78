import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { boardVariables, memberNamed } from "@/lib/auth/testing";
import { findConnection } from "@/lib/conversation/configuration";
import { Prisma, type PrismaClient } from "@/lib/db/generated/client";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { memoryDatabase, postgresDatabase } from "@/lib/db/testing";
import type { Connection } from "@/lib/portals/connections";
import type { Portal } from "@/lib/portals/portal";
import { sha256 } from "../tokens/sha256";
import { vault } from "../tokens/vault";
import { type CompletionInput, complete } from "./complete";
import { type ExpectedMember, linkKey } from "./expected-member";
import { openQuestion } from "./question";

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let connection: Connection;

beforeEach(async () => {
  for (const [name, value] of Object.entries(boardVariables("https://board.example")))
    vi.stubEnv(name, value);
  const found = findConnection("mlsconnect-federia");
  if (!found) throw new Error("no connection");
  connection = found;
  memory = await memoryDatabase();
  at.client = memory.client;
});

afterEach(() => memory.close());

const now = new Date("2026-11-22T10:00:00Z");
const inAnHour = new Date("2026-11-22T11:00:00Z");
const tokens = {
  accessToken: "token-1",
  tokenSecret: null,
  refreshToken: null,
  expiresAt: null,
  issuedAt: new Date("2026-11-22T09:59:59Z"),
  scope: "read",
};

let references = 0;

/** A first sign-in, unless told otherwise. */
function trip(given: Partial<CompletionInput> = {}): CompletionInput {
  const member = given.member ?? memberNamed("ql4Jgm", "Anna Peeters");
  const expected = given.expected ?? { who: "first" };
  references += 1;
  return {
    connection,
    key: linkKey(given.connection ?? connection, member.id, expected),
    owner: null,
    expected,
    oldSession: null,
    reference: `reference-${references}`,
    member,
    tokens,
    now,
    alsoWrite: async () => [],
    ...given,
  };
}

/** Completes a trip that must succeed; resolves to how it ends and the hash of its session. */
async function done(input: CompletionInput) {
  const completion = await complete(input);
  if (completion.kind !== "done") throw new Error(completion.kind);
  const { success, session, link } = completion;
  return { success, link, session: session && sha256(session.token) };
}

async function rows(db: PrismaClient) {
  return {
    users: await db.user.count(),
    links: await db.account.count(),
    sessions: await db.session.count(),
    events: await db.auditEvent.count(),
  };
}

test("tokens that the portal has answered no call with are not called working", async () => {
  const untried = { ...trip(), member: { ...trip().member, untried: true } };
  await done(untried);
  const link = await memory.client.account.findFirstOrThrow();
  expect(link).toMatchObject({ checkedAt: null, checkOutcome: null });
  expect(JSON.stringify(link.member)).not.toContain("untried");
});

test("a new member becomes a user with a link, a session and a line in the record", async () => {
  const { success, session } = await done(trip());
  expect(success).toBe("signed_in");
  expect(await rows(memory.client)).toEqual({ users: 1, links: 1, sessions: 1, events: 1 });

  const link = await memory.client.account.findFirstOrThrow();
  expect(link).toMatchObject({
    provider: "mlsconnect-federia",
    providerAccountId: "ql4Jgm",
    environment: "production",
    generation: 1,
    scope: "read",
    expires_at: null,
    refresh_token: null,
    issuedAt: tokens.issuedAt,
    checkOutcome: "ok",
  });
  expect(link.access_token).not.toContain("token-1");
  const place = { accountId: link.id, column: "access_token" } as const;
  expect(await vault().open(link.access_token ?? "", place)).toBe("token-1");
  expect((await memory.client.session.findFirstOrThrow()).sessionToken).toBe(session);
});

test("coming back renews the link's tokens, its member and the session", async () => {
  const first = await done(trip());
  const second = await done(
    trip({
      oldSession: first.session,
      tokens: { ...tokens, accessToken: "token-2" },
      member: memberNamed("ql4Jgm", "Anna Maes"),
    }),
  );
  expect(second.success).toBe("signed_in");
  expect(await rows(memory.client)).toEqual({ users: 1, links: 1, sessions: 1, events: 2 });

  const link = await memory.client.account.findFirstOrThrow({ include: { user: true } });
  expect(link).toMatchObject({
    generation: 2,
    member: { name: "Anna Maes" },
    user: { name: "Anna Maes" },
  });
  const place = { accountId: link.id, column: "access_token" } as const;
  expect(await vault().open(link.access_token ?? "", place)).toBe("token-2");
});

test("arriving as another member switches the user, says so and links nothing", async () => {
  const anna = await done(trip());
  const bram = await done(
    trip({ member: memberNamed("b8Rt2w", "Bram"), oldSession: anna.session }),
  );
  expect(bram.success).toBe("switched");
  expect(await rows(memory.client)).toMatchObject({ users: 2, links: 2, sessions: 1 });
  const annas = await memory.client.account.findMany({ where: { user: { name: "Anna Peeters" } } });
  expect(annas.map(({ providerAccountId }) => providerAccountId)).toEqual(["ql4Jgm"]);
});

test("the same address at two members is two users", async () => {
  const withAddress = (id: string) => ({ ...memberNamed(id, id), email: "anna@example.com" });
  await done(trip({ member: withAddress("one") }));
  await done(trip({ member: withAddress("two") }));
  expect(await rows(memory.client)).toMatchObject({ users: 2, links: 2 });
});

test("a link flow links to the user who began it, and the next one renews", async () => {
  const elsewhere = { ...connection, id: "mlsconnect-elsewhere" };
  const { session } = await done(trip({ connection: elsewhere }));
  const { id: user } = await memory.client.user.findFirstOrThrow();
  const owner = { user, session: session ?? "" };
  const bram = memberNamed("b8Rt2w", "Bram");
  expect((await done(trip({ owner, member: bram }))).success).toBe("linked");
  expect((await done(trip({ owner, member: bram }))).success).toBe("relinked");
  expect(await rows(memory.client)).toMatchObject({ users: 1, links: 2, sessions: 1 });
  expect((await memory.client.user.findFirstOrThrow()).name).toBe("Anna Peeters");
});

test("a member of another user who has other links is not linked, and a session that has ended links nothing", async () => {
  const anna = await done(trip());
  const bram = await done(trip({ member: memberNamed("b8Rt2w", "Bram") }));
  const { id: user } = await memory.client.user.findFirstOrThrow({
    where: { name: "Anna Peeters" },
  });
  const bramsUser = await memory.client.user.findFirstOrThrow({ where: { name: "Bram" } });
  const bramsOwner = { user: bramsUser.id, session: bram.session ?? "" };
  const elsewhere = { ...connection, id: "mlsconnect-elsewhere" };
  await done(trip({ owner: bramsOwner, connection: elsewhere }));
  const owner = { user, session: anna.session ?? "" };
  const before = await rows(memory.client);

  expect(await complete(trip({ owner, member: memberNamed("b8Rt2w", "Bram") }))).toEqual({
    kind: "member_taken",
  });
  await memory.client.session.deleteMany({ where: { sessionToken: owner.session } });
  expect(await complete(trip({ owner }))).toEqual({
    kind: "session_changed",
  });
  expect(await rows(memory.client)).toEqual({ ...before, sessions: before.sessions - 1 });
});

/** Anna, signed in, with her link. */
async function annaSignedIn() {
  const { session } = await done(trip());
  const { id: user } = await memory.client.user.findFirstOrThrow();
  const { id: link } = await memory.client.account.findFirstOrThrow();
  return { owner: { user, session: session ?? "" }, link };
}

const bram = memberNamed("b8Rt2w", "Bram");

test.each<[string, (link: string) => ExpectedMember]>([
  ["reconnecting", (link) => ({ who: "same", link })],
  ["linking what was not linked when it began", () => ({ who: "first" })],
  ["coming back as yet another after being asked", () => ({ who: "this", member: "c3" })],
])("%s, another member than expected writes nothing but a question", async (_name, expected) => {
  const { owner, link } = await annaSignedIn();
  const before = await rows(memory.client);
  const arrival = trip({ owner, expected: expected(link), member: bram });
  expect(await complete(arrival)).toEqual({ kind: "other_member" });
  expect(await rows(memory.client)).toEqual(before);
  const addressee = { session: owner.session, reference: arrival.reference };
  expect(await openQuestion(memory.client, addressee, now)).toEqual({
    kind: "other_member",
    connection: connection.id,
    member: "b8Rt2w",
  });
});

test("another member's tokens go back to the portal, unless a link here lives on the same authorization", async () => {
  vi.stubEnv("MLSCONNECT_REVOCATION_URL", "http://localhost:1/revoke"); // where no server is
  vi.resetModules();
  const { complete: completeAgain } = await import("./complete");
  const { owner, link } = await annaSignedIn();
  const expected = { who: "same", link } as const;
  const dropped = () => memory.client.revocation.findMany();
  await completeAgain(trip({ owner, expected, member: bram }));
  expect(await dropped()).toMatchObject([
    { userId: owner.user, accountId: null, member: "b8Rt2w", connection: connection.id },
  ]);
  await vi.waitFor(async () => expect((await dropped())[0]?.reason).toBe("unreachable"), 20_000);

  const chris = memberNamed("c3", "Chris");
  await memory.client.account.create({
    data: {
      userId: (await memory.client.user.create({ data: {} })).id,
      type: "oauth",
      provider: connection.id,
      providerAccountId: "c3",
      environment: connection.environment,
      member: {},
    },
  });
  expect(await completeAgain(trip({ owner, expected, member: chris }))).toMatchObject({
    kind: "elsewhere",
  });
  expect(await dropped()).toHaveLength(1);
});

test("tokens of a flow that are not kept go back to the portal, and pasted ones do not", async () => {
  vi.stubEnv("MLSCONNECT_REVOCATION_URL", "http://localhost:1/revoke"); // where no server is
  vi.resetModules();
  const { complete: completeAgain } = await import("./complete");
  const { owner } = await annaSignedIn();
  const queued = () => memory.client.revocation.count();
  await memory.client.session.deleteMany();
  const pasted = trip({ owner, member: bram, byKeys: true });
  expect(await completeAgain(pasted)).toEqual({ kind: "session_changed" });
  expect(await queued()).toBe(0);
  expect(await completeAgain(trip({ owner, member: bram }))).toEqual({ kind: "session_changed" });
  expect(await queued()).toBe(1);
});

test.each<[string, (link: string) => ExpectedMember]>([
  ["another was asked for", () => ({ who: "another" })],
  ["this very one was asked for", () => ({ who: "this", member: "b8Rt2w" })],
  ["the link to renew is gone", () => ({ who: "same", link: "unlinked meanwhile" })],
])("a second member is linked beside the first when %s", async (_name, expected) => {
  const { owner, link } = await annaSignedIn();
  const { success } = await done(trip({ owner, expected: expected(link), member: bram }));
  expect(success).toBe("linked");
  expect(await rows(memory.client)).toMatchObject({ users: 1, links: 2 });
});

test("reconnecting with the member who is linked renews the link and ends what was wrong with it", async () => {
  const { owner, link } = await annaSignedIn();
  await memory.client.account.updateMany({ data: { checkOutcome: "invalid_token" } });
  await done(
    trip({
      owner,
      expected: { who: "same", link },
      tokens: { ...tokens, accessToken: "token-2" },
    }),
  );
  expect(await memory.client.account.findUniqueOrThrow({ where: { id: link } })).toMatchObject({
    checkOutcome: "ok",
    generation: 2,
  });
});

async function told() {
  const events = await memory.client.event.findMany({ orderBy: { id: "asc" } });
  return events.map(({ type, accountId }) => [type, accountId]);
}

test("back ends are told of a new link and of each reconnection, and of a sign-in where its member was needed", async () => {
  const { owner, link } = await annaSignedIn();
  await done(trip());
  expect(await told()).toEqual([["link.created", link]]);
  await done(trip({ owner, expected: { who: "same", link } }));
  expect((await told()).slice(1)).toEqual([["link.reconnected", link]]);
  for (const needed of [{ toldBroken: true }, { toldDays: 7 }]) {
    await memory.client.account.updateMany({ data: { ...needed, lookAt: inAnHour } });
    await memory.client.event.deleteMany();
    await done(trip());
    await done(trip());
    expect(await told()).toEqual([["link.reconnected", link]]);
    const [row] = await memory.client.account.findMany();
    expect(row).toMatchObject({ toldBroken: false, toldDays: null });
    expect(row?.lookAt.getTime()).toBeLessThan(inAnHour.getTime());
  }
});

test("a user has thirty sessions: with one more the oldest ends, and the record says so", async () => {
  const first = await done(trip());
  for (let n = 2; n <= 30; n += 1) await done(trip());
  const others = await memory.client.user.create({ data: {} });
  const otherSession = { sessionToken: "of another", userId: others.id, expires: inAnHour };
  await memory.client.session.create({ data: otherSession });
  const live = async () =>
    (await memory.client.session.findMany()).map(({ sessionToken }) => sessionToken);
  expect(await live()).toHaveLength(31);
  expect(await live()).toContain(first.session);

  const last = await done(trip());
  expect(await live()).toHaveLength(31);
  expect(await live()).toEqual(expect.arrayContaining([last.session, "of another"]));
  expect(await live()).not.toContain(first.session);
  const events = await memory.client.auditEvent.findMany({ where: { action: "sign_out" } });
  expect(events).toMatchObject([
    { outcome: "too_many", actor: "system", requestId: `reference-${references}` },
  ]);
});

/** A site that says nothing of its members. */
function siteWithoutMembers(): Connection {
  const { portal } = connection;
  const unnamed = { ...portal, member: { ...portal.member, identified: false } } as Portal;
  return { ...connection, id: "site", portal: unnamed, signIn: "never" };
}

const unnamed = { ...bram, id: null };

test("where the portal names no member each link has a key of its own, and a user may have several", async () => {
  const { owner } = await annaSignedIn();
  const site = siteWithoutMembers();
  expect(await complete(trip({ connection: site, member: unnamed }))).toEqual({
    kind: "sign_in_first",
  });
  const arrivals = [site, site, { ...site, environment: "sandbox" as const }];
  const links: string[] = [];
  for (const each of arrivals) {
    const { success, link } = await done(trip({ owner, connection: each, member: unnamed }));
    expect(success).toBe("linked");
    links.push(link);
  }
  const keys = await memory.client.account.findMany({ where: { provider: "site" } });
  const [one, two, three] = links;
  expect(keys.map(({ providerAccountId }) => providerAccountId).toSorted()).toEqual(
    [`production:${one}`, `production:${two}`, `sandbox:${three}`].toSorted(),
  );
});

test("where the portal names no member, reconnecting renews the link it was asked for and no other", async () => {
  const { owner } = await annaSignedIn();
  const arrival = { owner, connection: siteWithoutMembers(), member: unnamed };
  const [first, second] = [await done(trip(arrival)), await done(trip(arrival))];
  const expected = { who: "same", link: second.link } as const;
  const renewed = { ...tokens, accessToken: "token-2" };
  expect(await done(trip({ ...arrival, expected, tokens: renewed }))).toMatchObject({
    success: "relinked",
    link: second.link,
  });
  const generationOf = async (id: string) =>
    (await memory.client.account.findUniqueOrThrow({ where: { id } })).generation;
  expect([await generationOf(first.link), await generationOf(second.link)]).toEqual([1, 2]);
});

test("a link that an older version has made under another key is renewed all the same", async () => {
  const { owner } = await annaSignedIn();
  const arrival = { owner, connection: siteWithoutMembers(), member: unnamed };
  const { link } = await done(trip(arrival));
  const data = { providerAccountId: `production:${owner.user}` };
  await memory.client.account.update({ where: { id: link }, data });
  const again = trip({ ...arrival, expected: { who: "same", link } });
  expect(await done(again)).toMatchObject({ success: "relinked", link });
});

test.each([
  ["another user's", async (theirs: string) => theirs],
  [
    "one that is gone",
    async (theirs: string) => {
      await memory.client.account.delete({ where: { id: theirs } });
      return theirs;
    },
  ],
  ["none at all", async () => "../../etc"],
])(
  "a form that names %s link renews nothing and asks nothing: a new link comes of it",
  async (_name, linkIn) => {
    const { owner } = await annaSignedIn();
    const site = siteWithoutMembers();
    const other = await done(trip({ member: memberNamed("c3", "Chris") }));
    const chris = await memory.client.user.findFirstOrThrow({ where: { name: "Chris" } });
    const theirs = await done(
      trip({
        connection: site,
        member: unnamed,
        owner: { user: chris.id, session: other.session ?? "" },
      }),
    );
    const link = await linkIn(theirs.link);
    const before = await memory.client.account.findUnique({ where: { id: theirs.link } });
    const expected = { who: "same", link } as const;
    const linked = await done(trip({ owner, connection: site, member: unnamed, expected }));
    expect(linked.success).toBe("linked");
    expect(linked.link).not.toBe(link);
    expect(await memory.client.account.findUnique({ where: { id: theirs.link } })).toEqual(before);
  },
);

test("what a request is signed with is kept encrypted, for its own column", async () => {
  await done(trip({ tokens: { ...tokens, tokenSecret: "secret+/=" } }));
  const { id, oauth_token_secret } = await memory.client.account.findFirstOrThrow();
  expect(oauth_token_secret).not.toContain("secret");
  const place = { accountId: id, column: "oauth_token_secret" } as const;
  expect(await vault().open(oauth_token_secret ?? "", place)).toBe("secret+/=");
});

test("two users who link one new member at once: one has it, the other is told", async () => {
  const [anna, other] = [await annaSignedIn(), memberNamed("other", "Other")];
  const theirs = await done(trip({ member: other }));
  const user = await memory.client.user.findFirstOrThrow({ where: { name: "Other" } });
  const owners = [anna.owner, { user: user.id, session: theirs.session ?? "" }];
  const site = { ...connection, id: "mlsconnect-elsewhere" };
  const ended = await Promise.all(
    owners.map((owner) => complete(trip({ owner, connection: site, member: bram }))),
  );
  expect(ended.map(({ kind }) => kind).toSorted()).toEqual(["done", "member_taken"]);
  expect(await memory.client.account.count({ where: { provider: site.id } })).toBe(1);
});

test("a link that was made in another environment is no way in", async () => {
  await done(trip());
  await memory.client.account.updateMany({ data: { environment: "staging" } });
  const before = await rows(memory.client);
  expect(await complete(trip())).toEqual({ kind: "other_environment" });
  expect(await rows(memory.client)).toEqual(before);
});

test("expired sessions of every user are cleared away", async () => {
  await done(trip());
  const later = new Date(now.getTime() + 31 * 24 * 60 * 60 * 1000);
  await done(trip({ now: later, member: memberNamed("b8Rt2w", "Bram") }));
  expect(await memory.client.session.count()).toBe(1);
});

/** As long as `run` takes, each write to this table fails. */
async function refusing(table: string, run: () => Promise<unknown>) {
  const db = memory.client;
  await db.$executeRaw`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$`;
  await db.$executeRawUnsafe(`
    CREATE TRIGGER refuse BEFORE INSERT OR UPDATE OR DELETE ON "${table}"
    FOR EACH ROW EXECUTE FUNCTION refuse()`);
  await run();
  await db.$executeRaw`DROP FUNCTION refuse CASCADE`;
}

test("a failure at any write leaves nothing behind, and the person gets in on the next try", async () => {
  const anna = await done(trip());
  const arrivals = [
    trip({ member: memberNamed("new", "New"), oldSession: anna.session }),
    trip({ tokens: { ...tokens, accessToken: "token-2" } }),
  ];
  for (const arrival of arrivals) {
    const token = arrival.reference;
    await memory.client.verificationToken.create({
      data: { identifier: "flow", token, expires: now },
    });
    arrival.alsoWrite = async () => [
      Prisma.sql`UPDATE "VerificationToken" SET outcome = 'more' WHERE token = ${token}`,
    ];
    const claim = () => memory.client.verificationToken.findFirstOrThrow({ where: { token } });
    const before = await rows(memory.client);
    const { generation } = await memory.client.account.findFirstOrThrow();
    for (const table of ["User", "Account", "Session", "AuditEvent", "VerificationToken"]) {
      await refusing(table, () => expect(complete(arrival), table).rejects.toThrow("refused"));
      expect(await rows(memory.client)).toEqual(before);
      expect((await memory.client.account.findFirstOrThrow()).generation).toBe(generation);
      expect((await claim()).outcome).toBeNull();
    }
    expect((await complete(arrival)).kind).toBe("done");
    expect((await claim()).outcome).toBe("more");
  }
});

test("twenty arrivals of one new member at once, on the embedded database, are one user with one link", async () => {
  const ended = await Promise.all(Array.from({ length: 20 }, () => complete(trip())));
  expect(ended.every(({ kind }) => kind === "done")).toBe(true);
  expect(await rows(memory.client)).toEqual({ users: 1, links: 1, sessions: 20, events: 20 });
});

test("twenty at once on PostgreSQL are one user with one link as well", async (context) => {
  const opened = await postgresDatabase();
  if (!opened) return context.skip(NO_POSTGRESQL);
  try {
    at.client = opened.client;
    const ended = await Promise.all(Array.from({ length: 20 }, () => complete(trip())));
    expect(ended.every(({ kind }) => kind === "done")).toBe(true);
    expect(await rows(opened.client)).toEqual({ users: 1, links: 1, sessions: 20, events: 20 });
  } finally {
    await opened.close();
  }
});
