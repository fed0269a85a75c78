import { expect, test } from "vitest";
import { faultNamed } from "./answers.mjs";
import { faults, troubles, weatherOf, yearly } from "./weather.mjs";

/** The weather is a pure function of its seed, and has what its table says. */

const YEAR = { seed: 1, hours: 8_760, portals: 2 };
const links = Array.from({ length: 20 }, (_, link) => ({ link, portal: link % 2 }));

/** What the first requests of all links meet, hour after hour. */
function metIn({ seed, hours, portals }: typeof YEAR) {
  const { faultAt } = weatherOf({ seed, hours, portals });
  return Array.from({ length: hours }, (_, hour) =>
    links.map((each) => faultAt({ ...each, hour, request: 0 })),
  );
}

test("the same seed brings the same weather, another seed another", () => {
  const days = { ...YEAR, hours: 240 };
  expect(metIn(days)).toEqual(metIn(days));
  expect(metIn(days)).not.toEqual(metIn({ ...days, seed: 2 }));
  expect(weatherOf(YEAR).events).toEqual(weatherOf(YEAR).events);
});

test("each fault comes about as often as the table says", () => {
  const met = metIn(YEAR).flat();
  for (const [name, { rate }] of Object.entries(faults)) {
    if (troubles.includes(name)) continue; // those come for hours, too
    const expected = (met.length * rate) / 100_000;
    const came = met.filter((each) => each === name).length;
    expect(Math.abs(came - expected), name).toBeLessThan(5 * Math.sqrt(expected));
  }
});

test("a portal is down for all of its links, and only for them", () => {
  const { outages, faultAt } = weatherOf(YEAR);
  expect(outages.map((each) => each.length)).toEqual([yearly.outages, yearly.outages]);
  for (const [portal, each] of outages.entries()) {
    for (const { from, until, name } of each) {
      expect(until - from).toBeGreaterThan(0);
      const met = (its: boolean) =>
        links
          .filter((link) => (link.portal === portal) === its)
          .map((link) => faultAt({ ...link, hour: from, request: 9 }));
      expect(new Set(met(true))).toEqual(new Set([name]));
      expect(new Set(met(false))).not.toContain(name);
    }
  }
});

test("what a portal has done is not in its way a second time", () => {
  const hours = 480;
  const { faultAt } = weatherOf({ ...YEAR, hours, roughness: 20 });
  const reached = Array.from({ length: hours }, (_, hour) =>
    links
      .filter((each) => isReached(faultAt({ ...each, hour, request: 0 })))
      .map((each) => faultAt({ ...each, hour, request: 1 })),
  ).flat();
  expect(reached.length).toBeGreaterThan(50);
  expect(new Set(reached)).toEqual(new Set([null]));
});

function isReached(name: string | null) {
  return (
    name !== null && Object.entries(faults).some(([each, { reached }]) => each === name && reached)
  );
}

test("everything that happens to the processes happens, in order", () => {
  const { events } = weatherOf(YEAR);
  const hours = events.map(({ hour }) => hour);
  expect(hours).toEqual(hours.toSorted((one, other) => one - other));
  const count = (kind: string) => events.filter((event) => event.kind === kind).length;
  expect(count("kill")).toBe(yearly.kills);
  expect(count("deploy")).toBe(yearly.deploys);
  expect(count("restart")).toBe(yearly.restarts);
  const keys = events.map(({ kind }) => kind).filter((kind) => /key|rotation/.test(kind));
  expect(keys).toEqual(["new key", "new key first", "rotation"]);
});

test("there is an answer for each fault", () => {
  for (const name of [...Object.keys(faults), ...troubles]) {
    expect(faultNamed(name).answer, name).toBeTypeOf("function");
  }
});
