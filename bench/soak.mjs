import { parseArgs } from "node:util";
import { Client } from "pg";
import { familyPortal } from "../lib/accounts/refresh/fixtures/portal.ts";
import { settingsFor } from "../lib/accounts/refresh/fixtures/processes.ts";
import { linkTo } from "../lib/accounts/refresh/fixtures/storm.ts";
import { boardVariables } from "../lib/auth/testing.ts";
import { root, startApps, stopApps } from "./apps.mjs";
import { manyPortals, userWith } from "./pages/people.mjs";
import { openPortal } from "./portal.mjs";
import { makeKey, open, tidy } from "./portico.mjs";
import { steadily, Tally } from "./soak/tally.mjs";
import { megabytes, verdictOf } from "./soak/verdict.mjs";
import { RETURN_URL, visitsTo } from "./soak/visits.mjs";
import { watch } from "./soak/watch.mjs";

/**
 * One process under a steady load for an hour: whether it stays as it is. OLX rotates its refresh tokens and forgives nothing, and its
 * access tokens live five minutes; people sign in at boards.
 */

const LINKS = 1_000;
const EXPIRES_IN = 300;

/** How many links the users have whose dashboards are looked at. */
const USERS = [4, 5, 5, 10, 10, 20, 20, 50, 50, 100];

/** As in `--minutes=5 --load=2`: how long, and how many times the usual load. */
const { values: asked } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    load: { type: "string", default: "1" },
  },
  strict: false,
});

/** @returns whether the verdict is good */
export async function run({ server, short, add }) {
  const seconds = 60 * positive("minutes", short ? 2 : asked.minutes);
  const load = positive("load", asked.load);
  const portal = await familyPortal({ delay: 50, expiresIn: EXPIRES_IN });
  const board = await openPortal();
  const url = await server.create("soak");
  const people = await peopleIn(url, portal);
  const [app] = await startApps(root, {
    ...settingsFor(url, portal.url),
    ...manyPortals,
    ...boardVariables(board.url),
    MLSCONNECT_BOARDS: manyPortals.MLSCONNECT_BOARDS,
  });
  const tally = new Tally();
  const kinds = visitsTo({ app, tally, load, ...people });
  const [samples] = await Promise.all([
    watch(app, { database: url, seconds, ...paceFor(seconds), onSample: tell }),
    steadily(kinds, { seconds, tally }),
  ]);
  await stopApps([app]);
  countLost(tally, people.families);
  await countRecorded(tally, url);
  portal.close();
  board.close();
  report({ add, tally, samples, families: people.families });
  const verdict = verdictOf({ samples, errors: tally.errors });
  for (const { what, good, found } of verdict) {
    add("Soak, verdict", what, "Portico", `${good ? "good" : "BAD"}: ${found}`);
  }
  return verdict.every(({ good }) => good);
}

function positive(name, value) {
  const number = Number(value);
  if (!(number > 0)) throw new Error(`--${name} is a number above 0, not ${value}`);
  return number;
}

/** Seconds: often enough for a trend in a run of a minute, and a collection seldom enough not to be what is measured. */
function paceFor(seconds) {
  return { every: Math.min(5, seconds / 48), collectEvery: Math.min(30, seconds / 24) };
}

async function peopleIn(url, portal) {
  const opened = await open(url);
  const db = opened.client;
  const families = Array.from({ length: LINKS }, () => portal.family());
  const links = [];
  for (const family of families) {
    // Their tokens end at any moment of the next minutes, so that refreshes are spread from the beginning.
    const ends = Math.floor(Date.now() / 1000 + Math.random() * EXPIRES_IN);
    const link = await linkTo(db, family);
    await db.account.update({ where: { id: link }, data: { expires_at: ends } });
    links.push(link);
  }
  const users = [];
  for (const count of USERS) users.push(await userWith(db, count));
  const client = "acme";
  await db.client.create({ data: { id: client, name: "Acme CRM", returnUrls: [RETURN_URL] } });
  const calls = ["links", "token", "events", "unlink"];
  const keys = {
    all: await makeKey(opened, { calls }),
    client: await makeKey(opened, { client, calls: [...calls, "connect"] }),
  };
  await opened.close();
  await tidy(url);
  return { families, links, users, keys };
}

/** A link that the portal has ended was refreshed with a token that was used before. */
function countLost(tally, families) {
  const lost = families.filter(({ dead }) => dead).length;
  if (lost > 0) tally.failed("refresh", "link lost", lost);
}

/** What went wrong without a caller, or for one who came earlier: Portico's own record of what happened. */
async function countRecorded(tally, url) {
  const session = new Client(url);
  await session.connect();
  const { rows } = await session.query(
    `SELECT action, outcome, count(*)::int AS count FROM "AuditEvent"
     WHERE action IN ('refresh', 'vend', 'check', 'connect_session')
       AND outcome NOT IN ('succeeded', 'recovered', 'finished')
     GROUP BY action, outcome`,
  );
  await session.end();
  for (const { action, outcome, count } of rows) tally.failed(`recorded ${action}`, outcome, count);
}

function tell({ at, rss, heapUsed, held, descriptors, connections, delay }) {
  const parts = [
    `${Math.round(at)} s`,
    `RSS ${megabytes(rss)}`,
    `heap ${megabytes(heapUsed)}`,
    ...(held === null ? [] : [`held ${megabytes(held)}`]),
    ...(descriptors === null ? [] : [`${descriptors} descriptors`]),
    `${connections} connections`,
    `loop p99 ${delay.p99.toFixed(0)} ms, most ${delay.most.toFixed(0)} ms`,
  ];
  console.error(parts.join(", "));
}

function report({ add, tally, samples, families }) {
  for (const { kind, count, p50, p99 } of tally.kinds) {
    add(
      "Soak, requests",
      kind,
      "Portico",
      `${count}, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(0)} ms`,
    );
  }
  const refreshes = families.reduce((sum, { asked: times }) => sum + times, 0);
  add("Soak, requests", "refresh, at the portal", "Portico", `${refreshes}`);
  for (const [what, count] of Object.entries(tally.errors)) {
    add("Soak, errors", what, "Portico", `${count}`);
  }
  for (const [half, these] of halvesOf(samples)) {
    const range = (figure, shown) => {
      const values = these.map(figure).filter((value) => value !== null);
      return values.length === 0
        ? "not known"
        : `${shown(Math.min(...values))} to ${shown(Math.max(...values))}`;
    };
    const count = (n) => `${n}`;
    const ms = (n) => `${n.toFixed(0)} ms`;
    const figures = {
      "held after a collection": range(({ held }) => held, megabytes),
      "heap as it is": range(({ heapUsed }) => heapUsed, megabytes),
      RSS: range(({ rss }) => rss, megabytes),
      "descriptors, without the callers' connections": range(
        ({ descriptors }) => descriptors,
        count,
      ),
      "database connections": range(({ connections }) => connections, count),
      "event loop delay, p99 of each sample": range(({ delay }) => delay.p99, ms),
      "event loop delay, the longest": range(({ delay }) => delay.most, ms),
    };
    for (const [what, found] of Object.entries(figures)) {
      add("Soak, process", `${what}, ${half} half`, "Portico", found);
    }
  }
}

function halvesOf(samples) {
  const middle = samples.length / 2;
  return [
    ["first", samples.filter((_, n) => n < middle)],
    ["second", samples.filter((_, n) => n >= middle)],
  ];
}
