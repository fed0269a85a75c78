import { Client } from "pg";
import { afterAll, expect, test, vi } from "vitest";
import type { OpenDatabase } from "@/lib/db/client";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { expiredLink, rotatingVariables } from "../testing";

/** A million links, and what is asked most often: a page of the list, a user's links, and a credential. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const MANY = 1_000_000;
const FEW = 1_000;
const ROUNDS = 200;

const server = await postgresServer();
afterAll(() => server?.stop());

const key = { id: "key", name: "key", connections: [], calls: ["links", "token"] as const };
const noFilter = { user: null, connection: null, member: null };

type Link = { id: string; userId: string; providerAccountId: string };

test("the list and the vend read as little of a million links as of a thousand", async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  for (const [name, value] of Object.entries(rotatingVariables("http://localhost:1")))
    vi.stubEnv(name, value);
  vi.stubEnv("OLX_SITES", "otodom imovirtual");

  const few = await measured(await server.create("few"), FEW);
  const many = await measured(await server.create("many"), MANY);
  for (const [question, { pages, rows, scans, ms }] of Object.entries(many)) {
    const before = few[question];
    expect(scans, question).toEqual([]);
    // Four levels of an index and the row itself for each that is found, and some more for each statement.
    expect(pages, question).toBeLessThanOrEqual(20 + 6 * rows);
    await context.annotate(
      `${question}: ${before?.pages} pages and ${before?.ms.toFixed(1)} ms of ${FEW.toLocaleString("en")} links, ${pages} pages and ${ms.toFixed(1)} ms of ${MANY.toLocaleString("en")}`,
      "figure",
    );
  }
});

/** What each question costs: pages read for so many rows, tables read from end to end, and the middle time. */
type Cost = { pages: number; rows: number; scans: string[]; ms: number };

async function measured(url: string, count: number): Promise<Record<string, Cost>> {
  const opened = await openDatabase({ url, directory: "" });
  at.client = opened.client;
  const session = new Client(url);
  await session.connect();
  try {
    const links = await fill(opened, session, count);
    const costs: Record<string, Cost> = {};
    for (const [question, ask] of Object.entries(await questions(links))) {
      costs[question] = { ...(await planOf(session, () => ask(0))), ms: await middleTime(ask) };
    }
    return costs;
  } finally {
    await session.end();
    await opened.close();
  }
}

/** Copies of one link, ten for each user; every thousandth is at the other site. Resolves to a thousand of them. */
async function fill({ client }: OpenDatabase, session: Client, count: number): Promise<Link[]> {
  const tomorrow = Math.floor(Date.now() / 1000) + 86_400;
  const model = await expiredLink(client, { expires_at: tomorrow });
  const { rows } = await session.query(
    `SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = 'Account' ORDER BY ordinal_position`,
  );
  const own: Record<string, string> = {
    id: "gen_random_uuid()",
    userId: "u.id",
    providerAccountId: "u.id || n",
    provider: `CASE WHEN n = 1 AND random() < 0.01 THEN 'olx-imovirtual' ELSE 'olx-otodom' END`,
  };
  const names: string[] = rows.map(({ name }) => name);
  await session.query(
    `WITH u AS (
       INSERT INTO "User" (id, "updatedAt")
       SELECT gen_random_uuid(), now() FROM generate_series(1, ${count / 10}) RETURNING id)
     INSERT INTO "Account" (${names.map((name) => `"${name}"`)})
     SELECT ${names.map((name) => own[name] ?? `a."${name}"`)}
     FROM "Account" a, u, generate_series(1, 10) n WHERE a.id = '${model}'`,
  );
  await session.query("VACUUM (ANALYZE)");
  const found = await session.query<Link>(
    `SELECT id, "userId", "providerAccountId" FROM "Account" ORDER BY random() LIMIT 1000`,
  );
  return found.rows;
}

async function questions(links: readonly Link[]) {
  const { listLinks } = await import("./listed-links");
  const { readLink } = await import("../tokens/link-tokens");
  const { linkedPortals } = await import("../links/linked-portals");
  const at = (n: number) => links[n % links.length] as Link;
  const list = (filter: object, after: string | null = null) =>
    listLinks(key, { ...noFilter, ...filter }, { after, limit: 100 });
  return {
    "the first page of the list": () => list({}),
    "a page in the middle": (n: number) => list({}, at(n).id),
    "a page of a rare connection": () => list({ connection: "olx-imovirtual" }),
    "a user's links": (n: number) => list({ user: at(n).userId }),
    "the dashboard": (n: number) => linkedPortals({ id: at(n).userId }),
    "the link of a vend": (n: number) => readLink(at(n).id),
  };
}

async function middleTime(ask: (n: number) => Promise<unknown>) {
  const times: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const began = performance.now();
    await ask(n);
    times.push(performance.now() - began);
  }
  return times.toSorted((a, b) => a - b)[ROUNDS / 2] ?? 0;
}

type Plan = {
  "Node Type": string;
  "Actual Rows": number;
  "Relation Name"?: string;
  "Shared Hit Blocks": number;
  "Shared Read Blocks": number;
  Plans?: Plan[];
};

/** Runs the statements of a question once more, explained. */
async function planOf(session: Client, ask: () => Promise<unknown>) {
  const statements = await statementsOf(ask);
  expect(statements.length).toBeGreaterThan(0);
  let pages = 0;
  let rows = 0;
  const scans: string[] = [];
  for (const { text, values } of statements) {
    const answer = await session.query(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`, values);
    const plan: Plan = answer.rows[0]["QUERY PLAN"][0].Plan;
    rows += plan["Actual Rows"];
    pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
    scans.push(...scansOf(plan));
  }
  return { pages, rows, scans };
}

/** A table with as many rows as links must not be read from end to end; "User" has few columns and is as long. */
function scansOf({ Plans = [], ...plan }: Plan): string[] {
  const whole =
    plan["Node Type"] === "Seq Scan" && /Account|User/.test(plan["Relation Name"] ?? "");
  return [...(whole ? [`Seq Scan of ${plan["Relation Name"]}`] : []), ...Plans.flatMap(scansOf)];
}

type Statement = { text: string; values: unknown[] };

async function statementsOf(ask: () => Promise<unknown>): Promise<Statement[]> {
  const seen: Statement[] = [];
  const query: (...given: unknown[]) => unknown = Client.prototype.query;
  const spy = vi.spyOn(Client.prototype, "query").mockImplementation(function (
    this: Client,
    ...given: unknown[]
  ) {
    const { text, values = [] } = given[0] as Partial<Statement>;
    if (text?.startsWith("SELECT")) seen.push({ text, values: (given[1] as unknown[]) ?? values });
    return query.apply(this, given);
  });
  await ask();
  spy.mockRestore();
  return seen;
}
