import { expect, test } from "vitest";
import { LIMITS, trendOf, verdictOf } from "./verdict.mjs";

/** A verdict on a leak is worth something when it can be bad, and when what only looks like a leak is good. */

const DESCRIPTORS = "Descriptors, without the callers' connections";

type Sample = { at: number; held: number | null; rss: number; descriptors: number | null };

/** An hour, a sample a minute; each goes up and down a little. */
function hour(change: (sample: Sample) => Partial<Sample> = () => ({})): Sample[] {
  return Array.from({ length: 61 }, (_, n) => {
    const wave = Math.sin(n * 2.4);
    const held = 100e6 + wave * 3e6;
    const sample = { at: n * 60, held, rss: 300e6 + wave * 20e6, descriptors: 60 + wave * 5 };
    return { ...sample, ...change(sample) };
  });
}

const broken = (samples: Sample[], errors: Record<string, number> = {}) =>
  verdictOf({ samples, errors }).flatMap(({ what, good }) => (good ? [] : [what]));

/** What has leaked at a moment, of what is lost in half an hour. */
const leaked = (at: number, inHalfAnHour: number) => (at / 1800) * inHalfAnHour;

test("a process that goes up and down is well", () => {
  expect(broken(hour())).toEqual([]);
});

test("each rule can be broken, alone", () => {
  expect(broken(hour(), { "vend: 500": 1 })).toEqual(["Errors"]);
  expect(broken(hour(({ at, held }) => ({ held: Number(held) + leaked(at, 8e6) })))).toEqual([
    "Memory held after a collection",
  ]);
  expect(broken(hour(({ at, rss }) => ({ rss: rss + leaked(at, 50e6) })))).toEqual([
    "Memory of the process (RSS)",
  ]);
  expect(
    broken(hour(({ at, descriptors }) => ({ descriptors: Number(descriptors) + leaked(at, 20) }))),
  ).toEqual([DESCRIPTORS]);
});

test("what grows while it warms up is well, and so is what grows less than the limit", () => {
  const warm = ({ at, held }: Sample) => ({ held: Number(held) * Math.min(1, 0.5 + at / 3_000) });
  expect(broken(hour(warm))).toEqual([]);
  const below = LIMITS.held * 100e6 * 0.6;
  expect(broken(hour(({ at, held }) => ({ held: Number(held) + leaked(at, below) })))).toEqual([]);
});

test("one sample far off is no leak, also as the last", () => {
  const last = ({ at, rss }: Sample) => ({ rss: at === 3_600 ? rss * 3 : rss });
  expect(broken(hour(last))).toEqual([]);
});

test("what shrinks is well", () => {
  expect(broken(hour(({ at, rss }) => ({ rss: rss - leaked(at, 50e6) })))).toEqual([]);
});

test("where the machine tells no descriptors nothing is said of them", () => {
  const verdict = verdictOf({ samples: hour(() => ({ descriptors: null })), errors: {} });
  expect(verdict.map(({ what }) => what)).not.toContain(DESCRIPTORS);
});

test("too few samples are not a good sign, and samples between two collections are none", () => {
  expect(broken(hour(({ at }) => (at % 900 ? { held: null } : {})))).toEqual([
    "Memory held after a collection",
  ]);
  expect(broken([])).toEqual(["Memory held after a collection", "Memory of the process (RSS)"]);
});

test("a trend is what it is", () => {
  const points = [0, 10, 20, 30].map((at) => ({ at, value: 100 + at / 10 }));
  expect(trendOf(points)).toEqual({ level: 101.5, growth: expect.closeTo(3) });
});
