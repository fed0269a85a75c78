import { setTimeout as sleep } from "node:timers/promises";
import { drawn } from "../../lib/accounts/refresh/fixtures/seeded.ts";
import { Crew } from "./crew.mjs";

/** One year in one weather: hour after hour, callers of every link, and what happens to portal, processes and database meanwhile. */

const HOUR = 3_600;

/** Callers who got nothing come again after a quarter of an hour, three times. */
const QUARTER = HOUR / 4;

/** A member who was asked to link anew does so a day later. */
const MEMBER_HOURS = 24;

/** One link of ten is asked for in all processes at once. */
const CROSSED = 0.1;
const CALLERS = 2;

const DEPLOYS = ["deploy", "new key", "new key first"];

/**
 * @param stage the contender's `side`, the `portal`, the `weather`, the `links`, and the `clock` that is moved on; `alone`:
 *   each link has one caller an hour instead of several at once
 * @param isOver asked before each hour
 * @returns the processes that serve at the end
 */
export async function year(stage, isOver) {
  const { side, weather, clock, hours } = stage;
  const crew = new Crew(side.start, side.processes);
  await crew.ready();
  const events = [...weather.events];
  const deploys = [];
  for (; clock.hour < hours && !isOver(); clock.hour += 1) {
    const kinds = [];
    while (events[0]?.hour <= clock.hour) kinds.push(events.shift().kind);
    for (const kind of kinds) {
      if (DEPLOYS.includes(kind)) deploys.push(...crew.slots().map((slot) => ({ slot, kind })));
    }
    await relinkBroken(stage);
    await hourOf(stage, crew, disturbanceOf(stage, crew, { kinds, deploy: deploys.shift() }));
  }
  return crew;
}

/** What happens in this hour while callers wait, after so many requests have come to the portal. */
function disturbanceOf({ server, side, seed, clock }, crew, { kinds, deploy }) {
  const kill = kinds.includes("kill");
  const restart = kinds.includes("restart");
  const rotation = kinds.includes("rotation");
  const slot = Math.floor(drawn(seed, "victim", clock.hour) * crew.size);
  return {
    kill,
    restart,
    any: kill || restart || rotation || deploy !== undefined,
    after: 1 + Math.floor(drawn(seed, "moment", clock.hour) * 8),
    async happen() {
      if (kill) await crew.kill(slot);
      if (deploy) {
        side.settings(deploy.kind);
        await crew.replace(deploy.slot);
      }
      if (rotation) await side.rotate?.();
      if (restart) {
        await server.crash();
        await server.restart();
      }
    },
  };
}

async function hourOf(stage, crew, disturbance) {
  const { side, portal, links, clock } = stage;
  let waiting = links.filter(({ broken }) => !broken);
  let passed = 0;
  for (let quarter = 0; quarter < 4 && waiting.length > 0; quarter += 1) {
    if (quarter > 0) await side.pass(QUARTER);
    passed = quarter * QUARTER;
    clock.quarter = quarter;
    portal.beginStep();
    const disturbed = quarter === 0 && disturbance.any;
    const happening = disturbed ? happenIn(portal, disturbance) : null;
    const questions = questionsOf(stage, await crew.ready(), waiting, disturbance);
    const served = await Promise.all(
      questions.map(async ({ process, asks }) => {
        const answers = await process.ask(asks);
        const databaseAway = disturbed && disturbance.restart;
        return asks
          .filter(({ link }, n) => link.note(answers[n], { databaseAway, clock }))
          .map(({ link }) => link);
      }),
    );
    await happening;
    waiting = waiting.filter((link) => !served.flat().includes(link) && !link.broken);
  }
  await side.pass(HOUR - passed);
}

async function happenIn(portal, { after, happen }) {
  await Promise.race([portal.requestsInStep(after), sleep(2_000)]);
  await happen();
}

/**
 * Which process is asked for which links. In an hour with a kill no link is asked for in two: so no caller waits for the lease
 * of the dead, which runs out as the hour passes.
 */
function questionsOf({ clock: { hour, quarter }, seed, alone }, processes, waiting, { kill }) {
  const questions = processes.map((process) => ({ process, asks: [] }));
  for (const link of waiting) {
    const crossed = !alone && !kill && drawn(seed, "crossed", link.n, hour, quarter) < CROSSED;
    const one = Math.floor(drawn(seed, "process", link.n, hour, quarter) * questions.length);
    for (const [n, { asks }] of questions.entries()) {
      if (crossed) asks.push({ link, callers: 1 });
      else if (n === one) asks.push({ link, callers: alone ? 1 : CALLERS });
    }
  }
  return questions.filter(({ asks }) => asks.length > 0);
}

async function relinkBroken({ side, links, clock }) {
  for (const link of links) {
    if (!link.broken || clock.hour < link.broken.hour + MEMBER_HOURS) continue;
    await side.relink(link);
    link.broken = null;
  }
}
