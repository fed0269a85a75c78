import { parseArgs } from "node:util";
import { judge } from "../lib/accounts/refresh/fixtures/judge.ts";
import { buildPeers } from "./apps.mjs";
import { peerSide } from "./weather/peer.mjs";
import { portalIn } from "./weather/portal.mjs";
import { porticoSide } from "./weather/portico.mjs";
import { printRates, reportOf } from "./weather/report.mjs";
import { weatherOf } from "./weather/weather.mjs";
import { year } from "./weather/year.mjs";

/** A year of links in one weather, at two portals: the first forgives one reuse of a refresh token, the second none. */

const LINKS = 20;
const YEAR_HOURS = 8_760;

/** The trial: six days, and as much trouble as in three months. */
const SHORT = { hours: 144, roughness: 15 };

/** A peer's links are not linked anew: its year is over when all of them are dead, or after so long. */
const PEER_MINUTES = 4;

/** As in `--seed=2 --hours=1000 --minutes=10 --only=Portico`; after so many minutes no further hour begins. */
const { values: asked } = parseArgs({
  options: {
    seed: { type: "string" },
    hours: { type: "string" },
    minutes: { type: "string" },
    only: { type: "string" },
  },
  strict: false,
});

export async function run({ server, secret, short, add }) {
  const { hours, roughness } = short ? SHORT : { hours: YEAR_HOURS, roughness: 1 };
  const plan = { seed: Number(asked.seed ?? 1), hours: Number(asked.hours ?? hours), roughness };
  const weather = weatherOf({ ...plan, portals: 2 });
  printRates(plan, weather);
  if (asked.only !== "Portico") buildPeers();
  const peer = (who, kind, alone) => ({
    who,
    alone,
    minutes: Number(asked.minutes ?? PEER_MINUTES),
    side: (portal) =>
      peerSide({ server, portal, secret, kind, name: `weather-${kind}-${alone ? 1 : 2}` }),
  });
  const contenders = [
    {
      who: "Portico",
      minutes: Number(asked.minutes ?? Number.POSITIVE_INFINITY),
      side: (portal) => porticoSide({ server, portal }),
    },
    peer("Better Auth", "betterAuthLink", false),
    peer("Auth.js guide", "guideLink", false),
    peer("Better Auth", "betterAuthLink", true),
    peer("Auth.js guide", "guideLink", true),
  ].filter(({ who }) => !asked.only || who === asked.only);
  for (const contender of contenders) {
    const results = await yearOf(contender, { server, weather, plan });
    for (const { conditions, result, details } of reportOf(results)) {
      add("Weather", conditions, contender.who, result);
      console.log(`${contender.who}, ${conditions}:\n${details}\n`);
    }
  }
}

async function yearOf({ side: open, alone = false, minutes }, { server, weather, plan }) {
  const clock = { hour: 0, quarter: 0 };
  const portal = await portalIn(weather, clock);
  const side = await open(portal);
  const links = Array.from({ length: LINKS }, (_, n) => portal.link(n));
  for (const link of links) await side.addLink(link);
  const began = performance.now();
  const passed = () => performance.now() - began;
  const isOver = () => {
    if (clock.hour % 250 === 0) console.error(`hour ${clock.hour} after ${seconds(passed())} s`);
    const noneIsLeft = !side.relink && links.every(({ family }) => family.ended);
    return noneIsLeft || passed() > minutes * 60_000;
  };
  const stage = { side, server, portal, weather, clock, links, alone, ...plan };
  const crew = await year(stage, isOver);
  const took = seconds(passed());
  portal.calmDown();
  await crew.end();
  const verdicts = await verdictsOf(side, links);
  await side.close();
  portal.close();
  return { verdicts, hours: clock.hour, seconds: took, alone };
}

const seconds = (milliseconds) => Math.round(milliseconds / 1000);

/** What the portal's log says of each link, and whether it can still be refreshed. */
async function verdictsOf(side, links) {
  const alive = (await side.aliveOf?.(links.filter(({ broken }) => !broken))) ?? new Map();
  const verdicts = [];
  for (const link of links) {
    if (alive.get(link)) link.seen.add(link.family.issued);
    const journal = (await side.journalOf?.(link)) ?? [];
    const verdict = judge({ ...link.family, seen: link.seen, journal });
    verdicts.push({ link, alive: alive.get(link) ?? null, ...verdict });
  }
  return verdicts;
}
