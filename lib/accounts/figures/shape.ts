import "server-only";
import { z } from "zod";

/**
 * How this deployment is, in figures: what `npm run status` says, and what a scrape of `/metrics` is answered from. Sums alone: no
 * person and no token has room here. The names are those of the JSON, which docs/operate.md describes.
 */

const Count = z.int().nonnegative();
const Moment = z.iso.datetime();

/** The links of one connection, in one environment. */
const LinkFigures = z.strictObject({
  connection: z.string(),
  environment: z.string(),
  /** Whether this deployment can use them: its connection is set up, in this environment. */
  offered: z.boolean(),
  connected: Count,
  stale: Count,
  broken: Count,
  unknown: Count,
  /** Of those that are stale: whose access token has ended, and is refreshed when it is asked for. */
  to_refresh: Count,
  /** At which the portal does not accept our registration. */
  registration_refused: Count,
  /** Of which events have told that only the member can mend them. Counted, also where the others are estimated. */
  needs_reconnect: Count,
  /** When the portal was last asked about the link that has waited longest; null where it is not asked about any. */
  oldest_check_at: Moment.nullable(),
});
export type LinkFigures = z.infer<typeof LinkFigures>;

const TroubleFigures = z.strictObject({
  portal: z.string(),
  environment: z.string(),
  connections: z.array(z.string()),
  reason: z.string(),
  since: Moment,
  /** Before this no process asks it; a moment that has passed: one may try it. */
  asked_again_at: Moment,
});
export type TroubleFigures = z.infer<typeof TroubleFigures>;

const QueueFigures = z.strictObject({
  revocations: z.strictObject({
    waiting: Count,
    /** Of those: tried before, in vain. */
    retried: Count,
    oldest_at: Moment.nullable(),
    /** Refused by the portal, or given up after a week, in the last 24 hours. */
    failed_last_day: Count,
  }),
  refreshes: z.strictObject({
    under_way: Count,
    /** Begun by a process that has died; the next who asks for the link's token goes on from there. */
    left_open: Count,
  }),
  events: z.array(
    z.strictObject({
      /** A client's id; null: the keys that belong to no client. */
      client: z.string().nullable(),
      /** Not fetched yet; 10,000 is that many or more. */
      waiting: Count,
      oldest_at: Moment.nullable(),
      /** Whether it has fetched any before. */
      has_fetched: z.boolean(),
    }),
  ),
  connect_sessions: z.strictObject({ open: Count }),
  lost_codes: z.strictObject({ waiting: Count }),
  imports: z.strictObject({ under_way: Count }),
  /** What the app does once a minute: by how many seconds it is behind. */
  watch: z.strictObject({ seconds_behind: Count }),
});
export type QueueFigures = z.infer<typeof QueueFigures>;

const ClientFigures = z.strictObject({
  /** Null: the keys that belong to no client. */
  client: z.string().nullable(),
  /** Those that work. */
  keys: Count,
  /** To the minute or so; null where none was ever used. */
  last_used_at: Moment.nullable(),
});
export type ClientFigures = z.infer<typeof ClientFigures>;

const TableFigures = z.strictObject({
  table: z.string(),
  /** As the database estimates it; null where it does not know yet. */
  rows: Count.nullable(),
  /** With indexes and what is stored beside the table. */
  bytes: Count,
});
export type TableFigures = z.infer<typeof TableFigures>;

export const Figures = z.strictObject({
  links: z.array(LinkFigures),
  /** The share of links that was looked at for their states, 1 where all were: below it they are estimates. */
  links_share: z.number().positive().max(1),
  portals_in_trouble: z.array(TroubleFigures),
  queues: QueueFigures,
  clients: z.array(ClientFigures),
  tables: z.array(TableFigures),
});
export type Figures = z.infer<typeof Figures>;

const Attention = z.strictObject({
  about: z.enum([
    "migrations",
    "portal",
    "links",
    "checks",
    "registration",
    "revocations",
    "events",
    "watch",
  ]),
  sentence: z.string(),
});
export type Attention = z.infer<typeof Attention>;

/** What `npm run status -- --json` prints. Fields may be added to it. */
export const Status = z.strictObject({
  at: Moment,
  /** What an operator should look at; none, and all is fine. */
  attention: z.array(Attention),
  database: z.strictObject({
    kind: z.enum(["embedded", "server"]),
    migrations: z.strictObject({ applied: Count, waiting: z.array(z.string()) }),
  }),
  /** Null while migrations wait: this version cannot read the tables yet. */
  figures: Figures.nullable(),
});
export type Status = z.infer<typeof Status>;
