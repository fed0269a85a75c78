import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, type TestContext, test, vi } from "vitest";
import { postgresPair } from "@/lib/db/fixtures/pair";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { judged, recovery, type Scene, setScene } from "./fixtures/failover";
import { startWorker } from "./fixtures/processes";
import { drawn } from "./fixtures/seeded";

/**
 * A synchronous standby takes the place of the primary under load, behind an address that follows it. What was acknowledged is
 * there, each refresh token is used once, and the processes that were at the old one go on at the new one.
 */

const SEED = 1;
const PROCESSES = 3;

/** How long there is no database, each time. A lease lasts for ten seconds. */
const OUTAGES_S = [0.5, 1, 2, 5, 14];

async function sceneOf(context: TestContext, processes = PROCESSES): Promise<Scene> {
  const pair = await postgresPair();
  if (!pair) return context.skip(NO_POSTGRESQL);
  onTestFinished(() => pair.stop());
  const scene = await setScene(pair, processes);
  onTestFinished(() => scene.stop());
  return scene;
}

/** Resolves when all are in the middle of things. */
async function inTheMiddle(scene: Scene, name: string) {
  await recovery(scene, Date.now());
  await sleep(2_000 + 2_000 * drawn(SEED, name));
}

/**
 * The standby becomes the primary after a while, and the address leads there. Meanwhile it answers no one, or breaks every
 * connection.
 * @returns when
 */
async function failOver({ pair, gate, leadToPrimary }: Scene, seconds: number, answers = true) {
  if (!answers) gate.close();
  await sleep(seconds * 1000);
  await pair.promote();
  leadToPrimary();
  if (answers) gate.drop();
  else await gate.open();
  return Date.now();
}

test(`the primary is killed ${OUTAGES_S.length} times under load, seed ${SEED}`, async (context) => {
  const scene = await sceneOf(context);
  scene.work();
  for (const [n, seconds] of OUTAGES_S.entries()) {
    await inTheMiddle(scene, `kill ${n}`);
    await scene.pair.kill();
    const since = await failOver(scene, seconds, n % 2 === 0);
    await tellRecovery(context, scene, since, `${seconds} s without a database`);
    await scene.pair.follow();
  }
  await expectNothingLost(context, scene);
});

test("the primary is stopped for maintenance, and its standby takes its place", async (context) => {
  const scene = await sceneOf(context);
  scene.work();
  await inTheMiddle(scene, "stop");
  await scene.pair.shutDown();
  await tellRecovery(context, scene, await failOver(scene, 0), "stopped");
  await expectNothingLost(context, scene);
});

test("the address leads to the standby for a while, which only reads", async (context) => {
  const scene = await sceneOf(context);
  scene.work(["vend", "sign_in"]); // what writes in transactions: these keep their connections when they fail
  await inTheMiddle(scene, "stray");
  scene.leadToStandby();
  scene.gate.drop();
  await sleep(5_000);
  scene.leadToPrimary(); // and connections stay where they are, as with a name in the DNS
  await tellRecovery(context, scene, Date.now(), "at the standby");
  await expectNothingLost(context, scene);
});

test("a process that knows nothing of it takes nothing over from one that holds new tokens", async (context) => {
  const scene = await sceneOf(context, 0);
  const { pair, settings, links, asked } = scene;
  const [holder, other] = await Promise.all([startWorker(settings), startWorker(settings)]);
  onTestFinished(() => [holder, other].forEach((worker) => void worker.kill()));
  const question = { links: links.map(({ id }) => id), callers: 1 };
  await other.ask(question);
  await sleep(10_000); // its tokens are old, and its connections closed
  const before = asked();
  holder.send(question);
  await vi.waitFor(() => expect(asked()).toBeGreaterThan(before + 5), { timeout: 10_000 });
  await pair.kill();
  await failOver(scene, 14);
  const answers = await other.ask(question);
  expect(answers.filter((answer) => !("token" in answer))).toEqual([]);
  await expectNothingLost(context, scene);
});

async function tellRecovery(context: TestContext, scene: Scene, since: number, about: string) {
  const { processes, links } = await recovery(scene, since);
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  await context.annotate(
    `${about}: every process does all its work again after ${seconds(processes)} s, tokens of all links are handed out after ${seconds(links)} s`,
    "figure",
  );
}

async function expectNothingLost(context: TestContext, scene: Scene) {
  const { exits, told, verdicts, lost } = await judged(scene);
  const errors = told.flatMap((each) => ("error" in each ? [each] : []));
  const good = (what: string) => told.filter((each) => each.what === what && "id" in each).length;
  const sum = (count: (each: (typeof verdicts)[number]) => number) =>
    verdicts.reduce((total, each) => total + count(each), 0);
  await context.annotate(
    [
      `${good("event")} events and ${good("sign_in")} sign-ins acknowledged, ${lost.length} lost`,
      `${good("vend")} vends`,
      `${sum((each) => each.refreshes)} refreshes`,
      `${sum((each) => each.usedAgain.length)} tokens used again`,
      `${sum((each) => each.answersLost)} answers lost`,
      `${verdicts.filter(({ alive }) => !alive).length} of ${verdicts.length} links broken`,
      `${errors.length} times the database was away for a caller`,
    ].join(", "),
    "figure",
  );
  if (told.length > 0) expect(errors.length).toBeGreaterThan(0); // they did meet it
  expect(lost).toEqual([]);
  expect(exits).toEqual(exits.map(() => 0)); // none had to be started again
  expect(errors.filter(({ passes }) => !passes)).toEqual([]);
  for (const verdict of verdicts) {
    expect(verdict).toMatchObject({
      ...{ usedAgain: [], retries: 0, answersLost: 0, unaccounted: [], endings: [] },
      ...{ alive: true, reconnectReason: null },
    });
  }
}
