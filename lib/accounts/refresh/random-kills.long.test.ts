import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { judged, killOne, loadedLinks, loadedWorker } from "./fixtures/kills";
import { loggedPortal } from "./fixtures/logged-portal";
import { settingsFor } from "./fixtures/processes";
import { drawn } from "./fixtures/seeded";

/** Workers killed at random moments under load, and the portal's own log as the judge of what became of its tokens. */

const KILLS = 200;
const WORKERS = 3;
const PAIRS = 12;
const SEED = 1;

/** Starting a process takes seconds, and longer on a busy machine. */
const MINUTES_AT_MOST = 40;

const server = await postgresServer();
/** Access tokens live so shortly that every question is a refresh, and no answer comes at once. */
const portal = await loggedPortal({ expiresIn: 1, onAsked: () => sleep(40) });

afterAll(async () => {
  portal.close();
  await server?.stop();
});

test(`${KILLS} workers killed under load, seed ${SEED}`, {
  timeout: MINUTES_AT_MOST * 60_000,
}, async (context) => {
  if (!server) return context.skip(NO_POSTGRESQL);
  const url = await server.create("portico");
  const { client: db, close } = await openDatabase({ url, directory: "" });
  const scene = { db, portal, settings: settingsFor(url, portal.urls[0] ?? ""), seed: SEED };
  const links = await loadedLinks(scene, PAIRS);
  const workers = Array.from({ length: WORKERS }, (_, n) => loadedWorker(scene, links, n));
  for (let n = 0; n < KILLS; n += 1) {
    const slot = Math.floor(drawn(SEED, "victim", n) * WORKERS);
    const victim = await workers[slot];
    if (victim) await killOne(scene, links, victim, n);
    workers[slot] = loadedWorker(scene, links, WORKERS + n);
  }
  for (const worker of workers) await (await worker).end();
  const verdicts = await judged(scene, links);
  await close();

  const wrong = verdicts.filter(
    ({ usedAgain, unaccounted, alive }) => usedAgain.length + unaccounted.length > 0 || !alive,
  );
  expect(wrong).toEqual([]);
  for (const forgiving of [true, false]) {
    const these = verdicts.filter((each) => each.forgiving === forgiving);
    const endings = these.flatMap((each) => each.endings);
    const reasons = these.flatMap((each) => each.reasons);
    // A member is asked to link anew where the portal has ended the link, for that reason, and nowhere else.
    expect(reasons).toEqual(endings.map(() => "answer_lost"));
    expect(endings.filter(({ inevitable }) => !inevitable)).toEqual([]);
    if (forgiving) expect(endings).toEqual([]);
    const sum = (count: (each: (typeof these)[number]) => number) =>
      these.reduce((total, each) => total + count(each), 0);
    const figures = [
      `${sum((each) => each.refreshes)} refreshes`,
      `${sum((each) => each.answersLost)} answers lost`,
      `${sum((each) => each.retries)} tokens sent again`,
      `${endings.length} times a member had to link anew, each marked "answer lost"`,
    ].join(", ");
    const reuse = forgiving ? "is forgiven once" : "is not forgiven";
    await context.annotate(`${KILLS} kills, reuse ${reuse}: ${figures}`, "figure");
  }
});
