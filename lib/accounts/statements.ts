import "server-only";
import { poolUnder } from "@/lib/db/client";
import { database } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import { tableName } from "@/lib/db/tables";

/**
 * The two statements that go past Prisma. Nearly every vend makes them and little else, and through Prisma they are most of what it costs
 * (docs/benchmarks.md). They have no name at the server: a pooler may give each statement another connection, which knows
 * nothing of what was prepared on the last.
 */

/** What decides whether a link can be used as it stands. */
export const stateColumns = {
  generation: true,
  refresh_token: true,
  expires_at: true,
  tokensAt: true,
  clientId: true,
  reconnectReason: true,
  retryAt: true,
  checkOutcome: true,
} as const;

const linkColumns = {
  ...stateColumns,
  id: true,
  userId: true,
  provider: true,
  providerAccountId: true,
  environment: true,
  access_token: true,
  oauth_token_secret: true,
  scope: true,
  failures: true,
  toldBroken: true,
} as const;

/** What has to be known of a link to use it. Every moment in it is by the database's clock. */
export type StoredLink = Prisma.AccountGetPayload<{ select: typeof linkColumns }>;

const LINK_COLUMNS = Object.keys(linkColumns)
  .map((column) => `"${column}"`)
  .join(", ");

/** One link, by its id. @param client where it is named, only a link that this client may use */
export async function readStoredLink(
  id: string,
  client: string | null = null,
): Promise<StoredLink | null> {
  const db = await database();
  const one = `SELECT ${LINK_COLUMNS} FROM ${tableName(db, "Account")} WHERE id = $1`;
  const granted = `EXISTS (SELECT FROM ${tableName(db, "Grant")} WHERE "clientId" = $2 AND "accountId" = $1)`;
  const { rows } =
    client === null
      ? await poolUnder(db).query<StoredLink>(one, [id])
      : await poolUnder(db).query<StoredLink>(`${one} AND ${granted}`, [id, client]);
  return rows[0] ?? null;
}

/** What is written of a vend. With a minute, it is that minute's row that counts. */
export type VendRow = Pick<
  Prisma.AuditEventCreateManyInput,
  "outcome" | "actor" | "userId" | "accountId" | "connection" | "requestId" | "times"
> & { at: Date; minute?: Date | null };

const vendColumns = {
  at: "timestamptz",
  outcome: "text",
  actor: "text",
  userId: "text",
  accountId: "text",
  connection: "text",
  requestId: "text",
  minute: "timestamptz",
  times: "int",
} as const;

const columns = Object.entries(vendColumns);

const VENDS = `(action, ${columns.map(([name]) => `"${name}"`).join(", ")})
  SELECT 'vend', * FROM unnest(${columns.map(([, type], at) => `$${at + 1}::${type}[]`).join(", ")})`;

/** Which row counts: that of a link, or of a connection where an application has asked for itself. */
const COUNTED_BY = {
  link: `(minute, actor, "accountId", outcome) WHERE minute IS NOT NULL`,
  connection: `(minute, actor, connection, outcome) WHERE minute IS NOT NULL AND "accountId" IS NULL`,
} as const;

/**
 * Any number of vends, either each a row or all of rows that count; of these no two of the same row. All are of links, or none is.
 */
export async function writeVendRows(vends: readonly VendRow[]): Promise<void> {
  const db = await database();
  const by = COUNTED_BY[vends[0]?.accountId ? "link" : "connection"];
  const counted = vends[0]?.minute
    ? `ON CONFLICT ${by} DO UPDATE SET times = event.times + excluded.times`
    : "";
  const text = `INSERT INTO ${tableName(db, "AuditEvent")} AS event ${VENDS} ${counted}`;
  const names = Object.keys(vendColumns) as (keyof VendRow)[];
  await poolUnder(db).query(
    text,
    names.map((name) => vends.map((vend) => vend[name] ?? null)),
  );
}
