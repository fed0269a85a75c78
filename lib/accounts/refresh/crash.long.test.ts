import { afterAll, expect, test } from "vitest";
import { openDatabase } from "@/lib/db/open";
import { NO_POSTGRESQL } from "@/lib/db/postgres-binaries.mjs";
import { postgresServer } from "@/lib/db/testing";
import { crash, type Survival } from "./fixtures/crash";
import { familyPortal } from "./fixtures/portal";
import { settingsFor, startWorker } from "./fixtures/processes";

/** Processes killed at every point of a refresh, over and over, each with links at two portals: one forgives a reuse. */

const TIMES = 12;
const PAIRS = 4;

const server = await postgresServer();
const portal = await familyPortal({ delay: 300 });
const stage = server && (await stageOn(await server.create("portico")));

async function stageOn(url: string) {
  const { client: db, close } = await openDatabase({ url, directory: "" });
  const settings = settingsFor(url, portal.url);
  return { db, close, settings, survivor: await startWorker(settings) };
}

afterAll(async () => {
  stage?.survivor.kill();
  await stage?.close();
  portal.close();
  await server?.stop();
});

type Moment = Parameters<typeof crash>[1];

const moments: readonly [string, Moment][] = [
  ["before the portal is asked", "before"],
  ["while the portal is at it", "during"],
  ["with the answer in hand", "after"],
  ["when the link is written", "link"],
  ["when the journal is written", "journal"],
  ["when the event is written", "audit"],
  ["when the write is committed", "commit"],
];

test.for(moments)("kill -9 %s", async ([name, moment], context) => {
  if (!stage) return context.skip(NO_POSTGRESQL);
  const survivals: Survival[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    survivals.push(...(await crash({ ...stage, portal }, moment, PAIRS)));
  }
  expect(survivals).toHaveLength(TIMES * PAIRS * 2);
  // A link needs its member only where the answer is lost and the portal forgives nothing, and then that is what is said.
  const wrong = survivals.filter(({ forgiving, answerLost, answer, alive }) => {
    const mayBeLost = answerLost && !forgiving;
    if (alive) return !("token" in answer);
    return !(mayBeLost && "reason" in answer && answer.reason === "answer_lost");
  });
  expect(wrong).toEqual([]);

  for (const forgiving of [true, false]) {
    const these = survivals.filter((each) => each.forgiving === forgiving);
    const answers = these.filter(({ answerLost }) => answerLost).length;
    const links = these.filter(({ alive }) => !alive).length;
    const reuse = forgiving ? "is forgiven once" : "is not forgiven";
    await context.annotate(
      `killed ${name}, reuse ${reuse}: ${these.length} refreshes, ${answers} answers lost, ${links} links need their member`,
      "figure",
    );
  }
});
