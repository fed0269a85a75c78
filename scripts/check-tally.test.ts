import { expect, test } from "vitest";
import type { LeftPortal, RunCheck } from "@/lib/accounts/checks/run";
import { CheckTally } from "./check-tally";

/** What a run of check-links says at its end. */

type Given = Partial<Extract<RunCheck["check"], { kind: "checked" }>>;

const checked = (outcome: string, more: Given = {}, connection = "olx-otodom"): RunCheck => ({
  link: "l",
  connection,
  check: { kind: "checked", connection, outcome, retryAfter: null, clockAhead: null, ...more },
});

const notAsked: RunCheck = {
  link: "l",
  connection: "spark",
  check: { kind: "not_asked", connection: "spark", reason: "nothing_to_read", retryAfter: null },
};

const olx = (environment: "production" | "sandbox") =>
  ({ portal: { name: "OLX Group" }, environment }) as LeftPortal["portal"];

const nothing = { links: [], portals: [] };

test("each link counts in one column of its connection, and in no list", () => {
  const tally = new CheckTally();
  for (const outcome of ["ok", "ok", "invalid_token", "failing"]) tally.add(checked(outcome));
  tally.add(notAsked);
  expect(tally.done).toBe(5);
  const links = [{ connection: "olx-otodom", count: 150_000 }];
  expect(tally.lines({ ...nothing, links })).toEqual([
    "Connection  Work  Broken  Portal in trouble  Not asked    Left",
    "olx-otodom     2       1                  1          0  150000",
    "spark          0       0                  0          1       0",
  ]);
});

test("where nothing was due, that is said", () => {
  expect(new CheckTally().lines(nothing)).toEqual(["No link is due."]);
});

test("what was refreshed in time, and a clock that is not ours, have a sentence", () => {
  const tally = new CheckTally();
  tally.add(checked("ok", { keptAlive: true }));
  tally.add(checked("ok", { clockAhead: -90 }));
  expect(tally.lines(nothing).slice(2)).toEqual([
    "Refreshed in time, because their refresh tokens neared their end: 1.",
    "! The clock of olx-otodom is 90 seconds behind ours: see that this machine's clock is right.",
  ]);
});

test.each([
  [
    new Date("2026-11-28T10:00:00Z"),
    "production",
    "! OLX Group was left alone (rate_limited), and 7 of its links. It may be asked again from 2026-11-28T10:00:00.000Z on.",
  ],
  [
    null,
    "sandbox",
    "! OLX Group (sandbox) was left alone (rate_limited), and 7 of its links. It may be asked again now.",
  ],
] as const)("a portal that rests until %s is named", (restsUntil, environment, sentence) => {
  const left = { portal: olx(environment), reason: "rate_limited", restsUntil, links: 7 };
  expect(new CheckTally().lines({ links: [], portals: [left] })).toContain(sentence);
});
