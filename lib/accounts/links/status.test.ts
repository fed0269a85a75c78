import { expect, test } from "vitest";
import { connectionsFrom } from "@/lib/portals/connections";
import { mlsConnect } from "@/lib/portals/mlsconnect";
import { olx } from "@/lib/portals/olx";
import type { Portal } from "@/lib/portals/portal";
import type { LinkState } from "../refresh/fresh-token";
import { consentByOf, statusOf } from "./status";

const now = new Date("2026-11-22T10:00:00Z");
const checkedAt = new Date("2026-11-22T09:55:00Z");
const inSeconds = (seconds: number) => Math.floor(now.getTime() / 1000) + seconds;

function connectionOf(portal: Portal, stem: string) {
  const variables = {
    [`${stem}_CLIENT_ID`]: "client",
    [`${stem}_CLIENT_SECRET`]: "client-secret",
    OLX_API_KEY: "key",
    MLSCONNECT_BOARDS: "federia",
  };
  const [connection] = connectionsFrom([portal], variables).connections;
  if (!connection) throw new Error("no connection");
  return connection;
}

const connection = connectionOf(olx, "OLX");

type Row = LinkState & { checkedAt: Date | null };

const works: Row = {
  generation: 1,
  refresh_token: "sealed",
  expires_at: inSeconds(1800),
  tokensAt: new Date("2026-11-22T09:30:00Z"),
  clientId: "client",
  reconnectReason: null,
  retryAt: null,
  checkOutcome: "ok",
  checkedAt,
};

test.each<[string, Partial<Row>, object]>([
  ["worked at the last call", {}, { state: "connected" }],
  ["was never tried", { checkedAt: null, checkOutcome: null }, { state: "unknown" }],
  [
    "worked, and its access token has ended since",
    { expires_at: inSeconds(-1) },
    { state: "stale", reason: "expired_token" },
  ],
  [
    "is at a portal that did not answer",
    { checkOutcome: "timed_out" },
    { state: "stale", reason: "timed_out" },
  ],
  [
    "was refused because of our clock",
    { checkOutcome: "clock_skewed" },
    { state: "stale", reason: "clock_skewed" },
  ],
  [
    "can only be mended by its member",
    { reconnectReason: "invalid_grant", checkOutcome: "ok" },
    { state: "broken", reason: "invalid_grant" },
  ],
  [
    "has a token that the portal does not accept",
    { checkOutcome: "invalid_token" },
    { state: "broken", reason: "invalid_token" },
  ],
  [
    "is of a registration that the portal does not accept",
    { checkOutcome: "invalid_client", expires_at: inSeconds(-1) },
    { state: "broken", reason: "invalid_client" },
  ],
  [
    "has ended and nothing renews it",
    { refresh_token: null, expires_at: inSeconds(-1) },
    { state: "broken", reason: "expired_token" },
  ],
  [
    "has ended and is another registration's to renew",
    { clientId: "before", expires_at: inSeconds(-1) },
    { state: "broken", reason: "other_client" },
  ],
])("a link that %s", (_name, row, expected) => {
  const status = statusOf({ ...works, ...row }, connection, now);
  expect(status).toEqual({ ...expected, ...("checkedAt" in row ? {} : { checkedAt }) });
});

const refreshedAt = new Date("2026-11-22T09:58:00Z");

test.each<[string, Partial<Row>]>([
  ["has been refreshed since its last check", {}],
  ["was refreshed and never checked", { checkedAt: null }],
])("a link that %s works as of the refresh", (_name, row) => {
  const status = statusOf({ ...works, tokensAt: refreshedAt, ...row }, connection, now);
  expect(status).toEqual({ state: "connected", checkedAt: refreshedAt });
});

test("what is offered nowhere now is as it was at the last call", () => {
  const ended = { ...works, expires_at: inSeconds(-1) };
  expect(statusOf(ended, null, now)).toEqual({ state: "connected", checkedAt });
});

test("consent is needed a year after the tokens came where a refresh token lives a year", () => {
  expect(consentByOf(works, connection)).toEqual(new Date("2027-11-22T09:30:00Z"));
});

test("consent is needed when an access token ends that nothing renews, and unknown when it never does", () => {
  const board = connectionOf(mlsConnect, "MLSCONNECT");
  const alone = { ...works, refresh_token: null };
  const end = inSeconds(60);
  expect(consentByOf({ ...alone, expires_at: end }, board)).toEqual(new Date(end * 1000));
  expect(consentByOf({ ...alone, expires_at: null }, board)).toBeNull();
  expect(consentByOf(works, board)).toBeNull();
});
