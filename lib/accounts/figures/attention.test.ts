import { expect, test } from "vitest";
import { attentionTo } from "./attention";
import type { Figures } from "./shape";

const NOW = new Date("2026-11-28T12:00:00Z");
const ago = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000).toISOString();

const links = (more: Partial<Figures["links"][number]> = {}): Figures["links"][number] => ({
  ...{ connection: "olx-otodom", environment: "production", offered: true },
  ...{ connected: 100, stale: 5, broken: 3, unknown: 0, to_refresh: 5, registration_refused: 0 },
  ...{ needs_reconnect: 3, oldest_check_at: ago(2) },
  ...more,
});

const queues = (more: Partial<Figures["queues"]> = {}): Figures["queues"] => ({
  revocations: { waiting: 2, retried: 1, oldest_at: ago(3), failed_last_day: 0 },
  refreshes: { under_way: 1, left_open: 1 },
  events: [
    { client: null, waiting: 10_000, oldest_at: ago(900), has_fetched: false },
    { client: "acme", waiting: 1, oldest_at: ago(1), has_fetched: true },
  ],
  ...{ connect_sessions: { open: 1 }, lost_codes: { waiting: 1 }, imports: { under_way: 1 } },
  watch: { seconds_behind: 59 },
  ...more,
});

const figures = (more: Partial<Figures> = {}): Figures => ({
  ...{ links: [links()], links_share: 1, portals_in_trouble: [], queues: queues() },
  ...{ clients: [], tables: [] },
  ...more,
});

const about = (given: Figures) => attentionTo(given, NOW).map((each) => each.about);

const revocations = { waiting: 0, retried: 0, oldest_at: null, failed_last_day: 0 };
const reader = { client: "acme", waiting: 1, has_fetched: true };

test("of a day like others there is nothing to look at", () => {
  expect(about(figures())).toEqual([]);
});

test.each([
  ["registration", { links: [links({ registration_refused: 1 })] }],
  ["links", { links: [links({ needs_reconnect: 12 })] }],
  ["links", { links: [links({ connected: 0, stale: 0, broken: 4, needs_reconnect: 4 })] }],
  ["checks", { links: [links({ oldest_check_at: ago(25) })] }],
  ["revocations", { queues: queues({ revocations: { ...revocations, failed_last_day: 1 } }) }],
  ["revocations", { queues: queues({ revocations: { ...revocations, oldest_at: ago(25) } }) }],
  ["events", { queues: queues({ events: [{ ...reader, oldest_at: ago(25) }] }) }],
  ["watch", { queues: queues({ watch: { seconds_behind: 601 } }) }],
] as const)("%s: %j", (expected, more) => {
  expect(about(figures(more as Partial<Figures>))).toEqual([expected]);
});

test("that some of few links need their users is their own affair", () => {
  const few = [
    links({ connected: 1, stale: 0, broken: 3, needs_reconnect: 3 }),
    links({ connected: 0, stale: 0, broken: 1, needs_reconnect: 1 }),
  ];
  expect(about(figures({ links: few }))).toEqual([]);
});

const trouble: Figures["portals_in_trouble"][number] = {
  ...{ portal: "olx", environment: "production", connections: ["olx-otodom"] },
  ...{ reason: "failing", since: ago(30), asked_again_at: ago(0) },
};

test("a portal in trouble is named, with the reason", () => {
  expect(attentionTo(figures({ portals_in_trouble: [trouble] }), NOW)).toEqual([
    {
      about: "portal",
      sentence: `olx (production) has been in trouble since ${ago(30)}: failing.`,
    },
  ]);
});

test("of links that are not checked because their portal is in trouble, the portal alone is named", () => {
  const old = [
    links({ oldest_check_at: ago(30) }),
    links({ connection: "spark", oldest_check_at: ago(30) }),
  ];
  const found = attentionTo(figures({ links: old, portals_in_trouble: [trouble] }), NOW);
  expect(found).toMatchObject([
    { about: "portal" },
    {
      about: "checks",
      sentence: `Links of spark have not been checked since ${ago(30)}: let cron run check-links.`,
    },
  ]);
});

test("what waits is told with the time since when it has", () => {
  const waiting = queues({
    revocations: { ...revocations, oldest_at: ago(25) },
    events: [{ ...reader, oldest_at: ago(26) }],
  });
  expect(attentionTo(figures({ queues: waiting }), NOW)).toMatchObject([
    { sentence: `Revocations have waited since ${ago(25)}. After 7 days they are given up.` },
    { sentence: `acme: events have waited since ${ago(26)} to be fetched.` },
  ]);
});

test.each([
  ["few links", links({ connected: 5, stale: 0, broken: 5, needs_reconnect: 5 })],
  [
    "links that are not offered",
    links({
      offered: false,
      registration_refused: 9,
      needs_reconnect: 99,
      oldest_check_at: ago(99),
    }),
  ],
  ["links that no portal is asked about", links({ oldest_check_at: null })],
])("%s are no news", (_, given) => {
  expect(about(figures({ links: [given] }))).toEqual([]);
});
