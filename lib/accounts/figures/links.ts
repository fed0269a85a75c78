import "server-only";
import { z } from "zod";
import { linkableConnections } from "@/lib/conversation/configuration";
import { type Database, database } from "@/lib/db/database";
import { table, tableName } from "@/lib/db/tables";
import { isSignInOnly } from "@/lib/portals/sign-in-only";
import { statusOf } from "../links/status";
import { connectionOf } from "../tokens/link-tokens";
import type { Figures, LinkFigures } from "./shape";

/**
 * Links by connection and state. How a link is depends on the time and on its portal, so no index knows it: so many pages of the
 * table are read at most, of 8 kB each. A table that is longer is estimated from them, always from the same.
 */
const MOST_PAGES = 5_000;

/** Of links that need their member, so many are passed over at most to find the one that was longest not asked about. */
const PASSED_OVER = 200;

/** @param mostPages for tests */
export async function linkFigures(
  now: Date,
  mostPages = MOST_PAGES,
): Promise<Pick<Figures, "links" | "links_share">> {
  const db = await database();
  const share = Math.min(1, mostPages / Math.max(1, await pagesOf(db)));
  const places = new Map<string, LinkFigures>();
  for (const { id: provider, environment } of linkableConnections())
    placeOf(places, { provider, environment });
  for (const group of await readGroups(db, now, share))
    count(placeOf(places, group), group, now, share);
  for (const { links, ...place } of await toldBroken(db)) {
    placeOf(places, place).needs_reconnect = links;
  }
  for (const { provider, oldest } of await oldestChecks(db)) {
    const figures = [...places.values()].find(
      (each) => each.offered && each.connection === provider,
    );
    if (figures) figures.oldest_check_at = oldest?.toISOString() ?? null;
  }
  const links = [...places.values()].filter(({ connection }) => !isSignInOnly(connection));
  return { links: links.toSorted(byName), links_share: share };
}

const Pages = z.tuple([z.object({ pages: z.coerce.number() })]);

async function pagesOf(db: Database): Promise<number> {
  const rows = await db.$queryRaw`
    SELECT ceil(pg_relation_size(${tableName(db, "Account")}::regclass) / current_setting('block_size')::float8) AS pages`;
  return Pages.parse(rows)[0].pages;
}

/** Links that are alike in all that their state depends on. */
const Group = z.object({
  provider: z.string(),
  environment: z.string(),
  clientId: z.string().nullable(),
  reconnectReason: z.string().nullable(),
  checkOutcome: z.string().nullable(),
  /** Whether there is a refresh token. */
  renewable: z.boolean(),
  ended: z.boolean(),
  resting: z.boolean(),
  asked: z.boolean(),
  links: z.coerce.number(),
});
type Group = z.infer<typeof Group>;

async function readGroups(db: Database, now: Date, share: number): Promise<Group[]> {
  const moment = now.toISOString();
  const rows = await db.$queryRaw`
    SELECT provider, environment, "clientId", "reconnectReason", "checkOutcome", refresh_token IS NOT NULL AS renewable,
      coalesce(expires_at <= extract(epoch FROM ${moment}::timestamptz), false) AS ended,
      coalesce("retryAt" > ${moment}::timestamptz, false) AS resting,
      "checkedAt" IS NOT NULL OR "tokensAt" IS NOT NULL AS asked, count(*) AS links
    FROM ${table(db, "Account")} TABLESAMPLE SYSTEM (${100 * share}::float4) REPEATABLE (1)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9`;
  return z.array(Group).parse(rows);
}

/** Counts them as the dashboard and the API would show one of them. */
function count(figures: LinkFigures, group: Group, now: Date, share: number) {
  const links = Math.round(group.links / share);
  const status = statusOf(oneOf(group, now), connectionOf(group), now);
  figures[status.state] += links;
  const isEnded = status.state === "stale" && status.reason === "expired_token";
  if (isEnded) figures.to_refresh += links;
  if (group.checkOutcome === "invalid_client") figures.registration_refused += links;
}

const HOUR_MS = 3_600_000;

function oneOf(group: Group, now: Date) {
  const { renewable, ended, resting, asked, clientId, reconnectReason, checkOutcome } = group;
  return {
    ...{ generation: 1, clientId, reconnectReason, checkOutcome },
    refresh_token: renewable ? "" : null,
    expires_at: (now.getTime() + (ended ? -HOUR_MS : HOUR_MS)) / 1000,
    retryAt: resting ? new Date(now.getTime() + HOUR_MS) : null,
    checkedAt: asked ? now : null,
    tokensAt: null,
  };
}

const Told = z.array(
  z.object({ provider: z.string(), environment: z.string(), links: z.coerce.number() }),
);

/** By the index "Account_broken_idx", which holds no others. */
async function toldBroken(db: Database) {
  const rows = await db.$queryRaw`
    SELECT provider, environment, count(*) AS links FROM ${table(db, "Account")}
    WHERE "toldBroken" GROUP BY provider, environment`;
  return Told.parse(rows);
}

const Oldest = z.array(z.object({ provider: z.string(), oldest: z.date().nullable() }));

/** The first in the order in which check-links goes, by its index; where a portal has something to be asked. */
async function oldestChecks(db: Database) {
  const asked = linkableConnections().filter(({ endpoints }) => endpoints.MEMBER);
  const rows = await db.$queryRaw`
    SELECT provider, (
      SELECT min("checkedAt") FROM (
        SELECT "checkedAt", "toldBroken", link.environment FROM ${table(db, "Account")} AS link
        WHERE link.provider = asked.provider
          AND ("reconnectReason" IS NULL OR "reconnectReason" IN ('invalid_token', 'expired_token'))
        ORDER BY "checkedAt", id LIMIT ${PASSED_OVER}::int) AS first
      WHERE NOT "toldBroken" AND first.environment = asked.environment) AS oldest
    FROM unnest(${asked.map(({ id }) => id)}::text[], ${asked.map(({ environment }) => environment)}::text[])
      AS asked (provider, environment)`;
  return Oldest.parse(rows);
}

function placeOf(
  places: Map<string, LinkFigures>,
  place: { provider: string; environment: string },
): LinkFigures {
  const { provider: connection, environment } = place;
  const name = `${connection} ${environment}`;
  const known = places.get(name) ?? {
    ...{ connection, environment, offered: connectionOf(place) !== null },
    ...{ connected: 0, stale: 0, broken: 0, unknown: 0 },
    ...{ to_refresh: 0, registration_refused: 0, needs_reconnect: 0, oldest_check_at: null },
  };
  places.set(name, known);
  return known;
}

function byName(a: LinkFigures, b: LinkFigures) {
  return `${a.connection} ${a.environment}` < `${b.connection} ${b.environment}` ? -1 : 1;
}
