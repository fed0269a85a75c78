import { crash } from "../lib/accounts/refresh/fixtures/crash.ts";
import { familyPortal } from "../lib/accounts/refresh/fixtures/portal.ts";
import { settingsFor, startWorker } from "../lib/accounts/refresh/fixtures/processes.ts";
import { open } from "./portico.mjs";

/** Processes killed at every point of a refresh, each with one link at a forgiving portal and one at another. */

const points = {
  "before the call": ["before"],
  "during the call": ["during"],
  "after the answer": ["after"],
  "in the middle of the write": ["link", "journal", "audit", "commit"],
};

export async function run({ server, short, add }) {
  const times = short ? 4 : 50;
  const portal = await familyPortal({ delay: 20 });
  const url = await server.create("crash");
  const { client: db, close } = await open(url);
  const settings = settingsFor(url, portal.url);
  const survivor = await startWorker(settings);
  for (const [name, moments] of Object.entries(points)) {
    const survivals = [];
    for (let n = 0; n < times; n += 1) {
      const moment = moments[n % moments.length];
      survivals.push(...(await crash({ db, portal, survivor, settings }, moment)));
    }
    for (const forgiving of [true, false]) {
      const these = survivals.filter((each) => each.forgiving === forgiving);
      const lost = these.filter(({ alive }) => !alive);
      const answers = these.filter(({ answerLost }) => answerLost);
      const said = lost.filter(({ answer }) => answer.reason === "answer_lost");
      const wrong = these.filter(
        ({ answer, answerLost }) =>
          !("token" in answer) && !(answerLost && answer.reason === "answer_lost"),
      );
      add(
        "Crash",
        `kill -9 ${name}, ${times} times; reuse ${forgiving ? "forgiven once" : "not forgiven"}`,
        "Portico",
        `${answers.length} answers lost; ${lost.length} links lost, ${said.length} of them marked so; ${wrong.length} wrong explanations`,
      );
    }
  }
  survivor.kill();
  await close();
  portal.close();
}
