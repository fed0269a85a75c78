import { drawn, oneOf } from "../../lib/accounts/refresh/fixtures/seeded.ts";

/** What a year brings: a pure function of its seed, so that every contender meets the same. */

/**
 * What comes between a portal and its caller, by name: how many of 100,000 requests of a link begin with it, and whether
 * the portal does what it was asked all the same. Then the answer is lost, or late.
 */
export const faults = {
  "403 page of a gateway": { rate: 150, reached: false },
  "401 page of a gateway, Basic": { rate: 100, reached: false },
  "400 page of a gateway": { rate: 100, reached: false },
  '403 {"message":"Forbidden"}': { rate: 100, reached: false },
  "403 without a body": { rate: 50, reached: false },
  "200 without a body": { rate: 50, reached: false },
  "200 maintenance page": { rate: 100, reached: false },
  "429 with Retry-After": { rate: 150, reached: false },
  "429 without": { rate: 100, reached: false },
  "502 page": { rate: 150, reached: false },
  "504 page, nothing done": { rate: 100, reached: false },
  "reset, nothing done": { rate: 100, reached: false },
  "answer after 10 s": { rate: 20, reached: true },
  "504 page, answer lost": { rate: 10, reached: true },
  "reset, answer lost": { rate: 10, reached: true },
  "answer after 40 s": { rate: 4, reached: true },
};

/** What a portal that is down answers, for hours. */
export const troubles = [
  "503 page",
  "503 with Retry-After",
  "502 page",
  "403 page of a gateway",
  "reset, nothing done",
];

/** How often in a year. */
export const yearly = { outages: 12, kills: 52, deploys: 12, restarts: 6, rotations: 1 };

const YEAR_HOURS = 8_760;
const OUTAGE_HOURS = 8;

/** Something that is stopped before the portal may be stopped again at once, so many requests in a row. */
const longest = ({ reached }, chance) => (reached || chance < 0.7 ? 1 : chance < 0.9 ? 2 : 3);

/**
 * @param portals how many there are
 * @param roughness how many times as often as in `faults` and `yearly`
 */
export function weatherOf({ seed, hours, portals, roughness = 1 }) {
  const times = (count) => Math.max(1, Math.round((count * roughness * hours) / YEAR_HOURS));
  const outages = Array.from({ length: portals }, (_, portal) =>
    Array.from({ length: times(yearly.outages) }, (_, n) => {
      const from = Math.floor(drawn(seed, "outage", portal, n) * hours);
      const length = 1 + Math.floor(drawn(seed, "outage lasts", portal, n) * OUTAGE_HOURS);
      return { from, until: from + length, name: oneOf(troubles, seed, "trouble", portal, n) };
    }),
  );
  return {
    outages,
    /** Each with the hour in which it happens, in order; a deploy takes as many hours as there are processes. */
    events: eventsOf({ seed, hours, times }),
    /**
     * What the request meets, or null.
     * @param request which one it is of this link in this hour, from 0
     */
    faultAt({ portal, link, hour, request }) {
      const outage = outages[portal].find(({ from, until }) => from <= hour && hour < until);
      if (outage) return outage.name;
      const name = nameAt(drawn(seed, "fault", link, hour) * 100_000, roughness);
      if (!name) return null;
      return request < longest(faults[name], drawn(seed, "burst", link, hour)) ? name : null;
    },
  };
}

function nameAt(point, roughness) {
  let end = 0;
  for (const [name, { rate }] of Object.entries(faults)) {
    end += rate * roughness;
    if (point < end) return name;
  }
  return null;
}

/** The key is changed in three steps, in the middle of the year: known to all, then first, then everything sealed anew. */
function eventsOf({ seed, hours, times }) {
  const drawnAt = (kind, count) =>
    Array.from({ length: times(count) }, (_, n) => ({
      kind,
      hour: Math.floor(drawn(seed, kind, n) * hours),
    }));
  const middle = Math.floor(hours / 2);
  return [
    ...drawnAt("kill", yearly.kills),
    ...drawnAt("deploy", yearly.deploys),
    ...drawnAt("restart", yearly.restarts),
    { kind: "new key", hour: middle },
    { kind: "new key first", hour: middle + 12 },
    { kind: "rotation", hour: middle + 24 },
  ].toSorted((one, other) => one.hour - other.hour);
}
