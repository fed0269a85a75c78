import { Client } from "pg";
import { afterAll, expect, test, vi } from "vitest";
import type { OpenDatabase } from "@/lib/db/client";
import { nodesOf, type Plan, planOf, statementsOf } from "@/lib/db/fixtures/plans";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { manyLinks } from "../fixtures/many-links";
import { rotatingVariables } from "../testing";

/** A million links, and what is asked most often: a page of the list, a user's links, and a credential. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

const MANY = 1_000_000;
const FEW = 1_000;
const ROUNDS = 200;

const server = await postgresServer();
afterAll(() => server?.stop());

const key = {
  id: "key",
  name: "key",
  connections: [],
  calls: ["links", "token"] as const,
  client: null,
};

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
      costs[question] = { ...(await costOf(session, () => ask(0))), ms: await middleTime(ask) };
    }
    return costs;
  } finally {
    await session.end();
    await opened.close();
  }
}

/** Resolves to a thousand of them. */
async function fill({ client }: OpenDatabase, session: Client, count: number): Promise<Link[]> {
  await manyLinks(client, session, count);
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
    listLinks(key, filter, { after, limit: 100 });
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

/** Runs what a question reads once more, explained. */
async function costOf(session: Client, ask: () => Promise<unknown>) {
  const statements = (await statementsOf(ask)).filter(({ text }) => text.startsWith("SELECT"));
  expect(statements.length).toBeGreaterThan(0);
  let pages = 0;
  let rows = 0;
  const scans: string[] = [];
  for (const statement of statements) {
    const plan = await planOf(session, statement, { analyze: true });
    rows += plan["Actual Rows"] ?? 0;
    pages += (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
    scans.push(...scansOf(plan));
  }
  return { pages, rows, scans };
}

/** A table with as many rows as links must not be read from end to end; "User" has few columns and is as long. */
function scansOf(plan: Plan): string[] {
  return nodesOf(plan)
    .filter((node) => node["Node Type"] === "Seq Scan")
    .filter((node) => /Account|User/.test(node["Relation Name"] ?? ""))
    .map((node) => `Seq Scan of ${node["Relation Name"]}`);
}
