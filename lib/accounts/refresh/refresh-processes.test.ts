import { afterAll, expect, test } from "vitest";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { crash, type KillPoint, type Survival } from "./fixtures/crash";
import { familyPortal, tokensOf } from "./fixtures/portal";
import { settingsFor, startWorker } from "./fixtures/processes";
import { linkTo, storm } from "./fixtures/storm";

/** Refreshing in processes of their own, as when an app runs several times beside one PostgreSQL, and some are killed. */

const server = await postgresServer();
const portal = await familyPortal({ delay: 250 });
const stage = server && (await stageOn(await server.create("portico")));

async function stageOn(url: string) {
  const opened = await openDatabase({ url, directory: "" });
  const settings = settingsFor(url, portal.url);
  const workers = await Promise.all([1, 2, 3].map(() => startWorker(settings)));
  return { opened, db: opened.client, portal, settings, workers };
}

afterAll(async () => {
  for (const worker of stage?.workers ?? []) worker.kill();
  await stage?.opened.close();
  portal.close();
  await server?.stop();
});

const sizes = [1, 3].flatMap((processes) =>
  [2, 10, 50, 500].map((callers) => ({ processes, callers })),
);

test.for(sizes)("in %o all callers are one question", async ({ processes, callers }, context) => {
  if (!stage) return context.skip(NO_POSTGRESQL);
  const workers = stage.workers.slice(0, processes);
  const came = await storm({ ...stage, workers }, callers);
  expect(came).toEqual({ asked: 1, failed: 0, alive: true });
});

const goesOn = { answer: { token: expect.any(String) }, alive: true };
const needsItsMember = {
  answer: { kind: "reconnect_needed", reason: "answer_lost" },
  alive: false,
};

/** Nothing is lost but an answer, where the portal forgives nothing; and then that is what is said. */
function expectRightEnding({ forgiving, answerLost, ...survival }: Survival) {
  expect(survival).toMatchObject(answerLost && !forgiving ? needsItsMember : goesOn);
}

const askedAgain = ["unknown: interrupted", "succeeded"];
const refusedAgain = ["unknown: interrupted", "refused: invalid_grant"];

test.for<[string, KillPoint, boolean]>([
  ["before the portal is asked", "before", false],
  ["while the portal is at it", "during", true],
  ["with the answer in hand", "after", true],
  ["when the link is written", "link", true],
  ["when the journal is written", "journal", true],
  ["when the event is written", "audit", true],
])("killed %s", async ([, moment, lost], context) => {
  if (!stage?.workers[0]) return context.skip(NO_POSTGRESQL);
  const survivals = await crash({ ...stage, survivor: stage.workers[0] }, moment, 3);
  expect(survivals).toHaveLength(6);
  for (const survival of survivals) {
    expect(survival.answerLost).toBe(lost);
    expect(survival.journal).toEqual(lost && !survival.forgiving ? refusedAgain : askedAgain);
    expectRightEnding(survival);
  }
});

test("killed before it hears that its write was committed", async (context) => {
  if (!stage?.workers[0]) return context.skip(NO_POSTGRESQL);
  const survivals = await crash({ ...stage, survivor: stage.workers[0] }, "commit", 3);
  for (const survival of survivals) {
    if (!survival.answerLost) expect(survival.journal).toEqual(["succeeded"]);
    expectRightEnding(survival);
  }
});

test("a portal that takes longer than a lease is asked once, and all processes wait for it", async (context) => {
  if (!stage) return context.skip(NO_POSTGRESQL);
  const slow = await familyPortal({ delay: 13_000 });
  const settings = settingsFor(stage.settings.DATABASE_URL ?? "", slow.url);
  const workers = await Promise.all([1, 2].map(() => startWorker(settings)));
  try {
    const family = slow.family();
    const link = await linkTo(stage.db, family);
    const answers = await Promise.all(workers.map((w) => w.ask({ links: [link], callers: 5 })));
    expect(family.asked).toBe(1);
    const { access_token: token } = tokensOf(family);
    expect(answers.flat()).toEqual(Array(10).fill(expect.objectContaining({ token })));
  } finally {
    for (const worker of workers) worker.kill();
    slow.close();
  }
});

test("after a kill in the middle of a refresh the others wait seconds", async (context) => {
  const [survivor] = stage?.workers ?? [];
  if (!stage || !survivor) return context.skip(NO_POSTGRESQL);
  const family = portal.family({ forgives: 1 });
  const link = await linkTo(stage.db, family);
  const dying = await startWorker(stage.settings, { death: "after", links: 1 });
  dying.send({ links: [link], callers: 1 });
  expect(await dying.ended()).toBe("SIGKILL");
  const began = performance.now();
  const [answer] = await survivor.ask({ links: [link], callers: 1 });
  const seconds = (performance.now() - began) / 1000;
  expect(answer).toMatchObject({ token: tokensOf(family).access_token });
  expect(seconds).toBeLessThan(15); // the lease's ten, and a busy machine
  await context.annotate(`a token ${seconds.toFixed(1)} s after the kill`, "figure");
});
