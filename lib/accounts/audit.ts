import "server-only";
import { z } from "zod";
import { type Database, database, type Transaction } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { moment, type Write } from "@/lib/db/together";

/**
 * The record of what happened: events are added, never changed, and outlive whom they are about. So they hold ids and words
 * from closed sets, and nothing of a person. How long they are kept is said in `retention/rules.ts`.
 */

/** What can happen, each with what can come of it. */
const happenings = {
  sign_in: ["succeeded"],
  sign_out: ["succeeded", "too_many", "everywhere_else"], // the second is the oldest of too many sessions
  link: ["succeeded"],
  relink: ["succeeded"], // new tokens from the portal's own hand
  import: ["succeeded", "renewed"], // a client brought tokens of its own: a new link, or new tokens for one that was there
  export_tokens: ["succeeded"], // an operator handed a client's tokens out, sealed for it
  type_password: ["refused"], // a member's name and password, which the portal did not accept
  paste_keys: ["refused"], // the same, for keys
  bring: ["succeeded"], // a link came here from another user
  moved_away: ["succeeded"], // the same, for that user
  unlink: ["succeeded"],
  refresh: ["succeeded", "refused", "unavailable", "unknown"],
  check: ["broken", "recovered"], // how a link was found, where that is news
  vend: ["succeeded", "reconnect_needed", "portal_unavailable"], // a team's back end asked for a credential
  revoke: ["revoked", "refused", "not_needed", "gave_up", "unsupported"],
  revoke_unused: ["revoked", "refused", "not_needed", "gave_up"], // the same, for tokens that no link had any more
  delete_account: ["succeeded"],
  grant: ["given", "ended"], // a system of others may use a link, or no longer
  connect_session: ["finished", "declined", "failed", "expired"], // a user of such a system was here to link portals
  client_created: ["succeeded"], // such a system
  client_changed: ["succeeded"],
  client_removed: ["succeeded"],
  key_created: ["succeeded"], // a service key
  key_withdrawn: ["succeeded"],
  keys_rotated: ["succeeded", "incomplete"], // tokens at rest, encrypted anew
} as const;

type AuditAction = keyof typeof happenings;

type AuditOutcome<Action extends AuditAction> = (typeof happenings)[Action][number];

/** Who did it: the user, a team's back end by its service key, or the system: a portal, an operator, or time. */
export type Actor = "user" | "system" | `key:${string}`;

/** Who does something, and under which id that is known. */
export type By = { actor: Actor; reference: string };

type Happening = {
  [Action in AuditAction]: { action: Action; outcome: AuditOutcome<Action> };
}[AuditAction];

export type AuditEvent = Happening & {
  actor: Actor;
  userId?: string | null;
  /** The link it is about. */
  accountId?: string | null;
  /** The connection's id, `mlsconnect-federia`. */
  connection?: string | null;
  /** The client that was given a grant, or has lost one. */
  clientId?: string | null;
  /** Under which a page, an answer or the log knows it. */
  requestId: string;
};

/** Adds an event, in the transaction that makes it true. */
export async function recordEvent(tx: Database | Transaction, event: AuditEvent): Promise<void> {
  await tx.$executeRaw(recordOf(tx, event));
}

/** What adds an event, to be written together with what makes it true. */
export function recordOf(db: object, event: AuditEvent): Write {
  const { action, outcome, actor, userId = null, accountId = null, connection = null } = event;
  const { clientId = null, requestId } = event;
  return Prisma.sql`
    INSERT INTO ${table(db, "AuditEvent")}
      (at, action, outcome, actor, "userId", "accountId", connection, "clientId", "requestId")
    VALUES (${moment(new Date())}, ${action}, ${outcome}, ${actor}, ${userId}, ${accountId},
      ${connection}, ${clientId}, ${requestId})`;
}

/** A happening in one word, `refresh.refused`. */
type Word = { [Action in AuditAction]: `${Action}.${AuditOutcome<Action>}` }[AuditAction];

/** Everything a page has a sentence for. The rest belongs to no user, or to one who is gone. */
type ActivityWord = Exclude<
  Word,
  `${"key" | "client" | "connect_session" | "delete_account" | "moved_away"}${string}`
>;

const activityWords = Object.entries(happenings)
  .flatMap(([action, outcomes]) => outcomes.map((outcome) => `${action}.${outcome}` as Word))
  .filter(
    (word): word is ActivityWord =>
      !/^(key|client|connect_session|delete_account|moved_away)/.test(word),
  );

/** What a user is shown of an event. Safe to send to a browser. */
export type Activity = {
  id: string;
  at: Date;
  what: ActivityWord;
  by: "user" | "system" | "key";
  /** The client whose key it was, or whose grant: its name, or its id when it is gone. Null where there is none. */
  client: string | null;
  /** The link's id: two links of one connection are two. */
  link: string | null;
  /** The connection's id. */
  connection: string | null;
  reference: string;
  /** How often it happened: more than once where a row counts a minute's. */
  times: number;
};

/** Where a page begins, as its address says it; anything else is the first page. */
const Cursor = z
  .string()
  .regex(/^[1-9]\d{0,17}$/)
  .transform(BigInt)
  .nullable()
  .catch(null);

/** What a person may look for in what has happened. */
export const activityKinds = {
  links: [
    "link",
    "relink",
    "import",
    "export_tokens",
    "bring",
    "unlink",
    "grant",
    "revoke",
    "revoke_unused",
  ],
  health: ["refresh", "check"],
  use: ["vend"],
  access: ["sign_in", "sign_out", "type_password", "paste_keys"],
} as const satisfies Record<string, readonly AuditAction[]>;

type ActivityKind = keyof typeof activityKinds;

/** What is not named does not matter; text that cannot be one of ours finds nothing of that name, or all. */
const Filter = z.object({
  link: z
    .string()
    .regex(/^[\w-]{1,100}$/)
    .optional()
    .catch(undefined),
  kind: z
    .enum(Object.keys(activityKinds) as [ActivityKind])
    .optional()
    .catch(undefined),
  reference: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9-]{1,100}$/)
    .optional()
    .catch(undefined),
});

export type ActivityFilter = z.infer<typeof Filter>;

/** As an address says it. */
export function activityFilterFrom(query: Record<string, unknown>): ActivityFilter {
  return Filter.parse(query);
}

/**
 * What has happened to a user and their links, newest first, by a query that an index serves, and two more where a client had a part in
 * it.
 * @returns a page, and where the next older one begins, if there is one
 */
export async function activityOf(
  user: { id: string },
  { before, limit, filter = {} }: { before?: unknown; limit: number; filter?: ActivityFilter },
): Promise<{ activities: Activity[]; older: string | null }> {
  const db = await database();
  const cursor = Cursor.parse(before ?? null);
  const { link, kind, reference } = filter;
  const events = await db.auditEvent.findMany({
    where: {
      userId: user.id,
      ...(cursor && { id: { lt: cursor } }),
      ...(link && { accountId: link }),
      ...(kind && { action: { in: [...activityKinds[kind]] } }),
      ...(reference && { requestId: reference }),
    },
    orderBy: { id: "desc" },
    take: limit + 1,
  });
  const shown = events.slice(0, limit);
  const more = events.length > limit;
  const clientOf = await clientsOf(db, shown);
  return {
    activities: shown.flatMap(({ id, at, action, outcome, actor, ...event }) => {
      const what = activityWords.find((word) => word === `${action}.${outcome}`);
      if (!what) return [];
      const by = actor === "user" || actor === "system" ? actor : "key";
      const { accountId: link, connection, requestId: reference } = event;
      const times = event.times ?? 1;
      const client = clientOf({ actor, clientId: event.clientId });
      return [
        { id: String(id), at, what, by, client, link, connection, reference, times } as const,
      ];
    }),
    older: more ? String(shown.at(-1)?.id) : null,
  };
}

type Involved = { actor: string; clientId: string | null };

/** Finds the name of the client that had a part in an event. */
async function clientsOf(db: Database, events: readonly Involved[]) {
  const keyIds = [...new Set(events.flatMap(({ actor }) => keyIn(actor) ?? []))];
  const keys = keyIds.length
    ? await db.serviceKey.findMany({
        where: { id: { in: keyIds }, clientId: { not: null } },
        select: { id: true, clientId: true },
      })
    : [];
  const idOf = ({ actor, clientId }: Involved) =>
    clientId ?? keys.find(({ id }) => id === keyIn(actor))?.clientId ?? null;
  const ids = [...new Set(events.flatMap((event) => idOf(event) ?? []))];
  const clients = ids.length ? await db.client.findMany({ where: { id: { in: ids } } }) : [];
  return (event: Involved) => {
    const id = idOf(event);
    return clients.find((client) => client.id === id)?.name ?? id;
  };
}

function keyIn(actor: string): string | null {
  return /^key:(.*)$/.exec(actor)?.[1] ?? null;
}
