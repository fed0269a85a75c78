import "server-only";
import { poolUnder } from "@/lib/db/client";
import { type Database, database } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";

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
} as const;

/** What has to be known of a link to use it. Every moment in it is by the database's clock. */
export type StoredLink = Prisma.AccountGetPayload<{ select: typeof linkColumns }>;

const READ_LINK = `SELECT ${Object.keys(linkColumns)
  .map((column) => `"${column}"`)
  .join(", ")} FROM "Account" WHERE id = $1`;

/** One link, by its id. */
export async function readStoredLink(id: string): Promise<StoredLink | null> {
  const { rows } = await statement<StoredLink>(await database(), READ_LINK, [id]);
  return rows[0] ?? null;
}

/** What is written of a vend. */
export type VendRow = Pick<
  Prisma.AuditEventCreateManyInput,
  "at" | "outcome" | "actor" | "userId" | "accountId" | "connection" | "requestId"
>;

const WRITE_VENDS = `
  INSERT INTO "AuditEvent" (action, at, outcome, actor, "userId", "accountId", connection, "requestId")
  SELECT 'vend', * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])`;

/** Any number of vends. */
export async function writeVendRows(vends: readonly VendRow[]): Promise<void> {
  await statement(await database(), WRITE_VENDS, [
    vends.map(({ at }) => at),
    vends.map(({ outcome }) => outcome),
    vends.map(({ actor }) => actor),
    vends.map(({ userId }) => userId),
    vends.map(({ accountId }) => accountId),
    vends.map(({ connection }) => connection),
    vends.map(({ requestId }) => requestId),
  ]);
}

function statement<Row extends object>(db: Database, text: string, values: unknown[]) {
  return poolUnder(db).query<Row>(text, values);
}
