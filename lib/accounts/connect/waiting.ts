import "server-only";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import type { Transaction } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import type { Connection } from "@/lib/portals/connections";
import { log, traceOf } from "@/lib/process/log";
import { keyOfLink } from "../linking/expected-member";
import { type LinkColumns, linkColumns } from "../linking/link-columns";
import { queueRevocation } from "../revocation/queue";
import { openColumn } from "../tokens/link-tokens";
import { VaultError } from "../tokens/vault";

/**
 * What waits for the end of a connect session. New tokens are sealed for the link that will have them; its id is the row's. Of a link
 * that is there already, and has its new tokens, a row without any waits: that the client may use it.
 */

/** The columns of a link that hold no token, as JSON keeps them. */
const Columns = z.object({
  expires_at: z.number().nullable(),
  issuedAt: z.coerce.date().nullable(),
  scope: z.string().nullable(),
  token_type: z.string(),
  clientId: z.string(),
  member: z.custom<LinkColumns["member"]>((value) => typeof value === "object"), // as `linkColumns` made it
  tokensAt: z.coerce.date(),
  checkedAt: z.coerce.date().nullable(),
  checkOutcome: z.string().nullable(),
});
type Columns = z.infer<typeof Columns>;

type Row = Prisma.ConnectWaitingGetPayload<object>;

/** Tokens that wait. */
export type WaitingTokens = Omit<Row, "columns"> & { columns: Columns };

/** Without columns: a link that has its new tokens already. */
export type Waiting = WaitingTokens | (Omit<Row, "columns"> & { columns: null });

/** All that waits in a session, in the order in which it came. */
export function waitingIn(tx: Transaction, sessionId: string): Promise<Waiting[]> {
  return waitingWhere(tx, { sessionId });
}

type Where = { sessionId: string; connection?: string; member?: string };

async function waitingWhere(tx: Transaction, where: Where): Promise<Waiting[]> {
  const orderBy = [{ createdAt: "asc" as const }, { id: "asc" as const }];
  const rows = await tx.connectWaiting.findMany({ where, orderBy });
  return rows.map((row) => ({ ...row, columns: Columns.nullable().parse(row.columns) }) as Waiting);
}

type Arrival = MemberTokens & { connection: Connection; now: Date };

/**
 * Keeps a member's tokens until the session is finished, in the place of those of an earlier try.
 * @param link the link that the tokens are for; null where there will be a new one
 */
export async function keepTokens(
  tx: Transaction,
  sessionId: string,
  { link, ...arrival }: Arrival & { link: string | null },
): Promise<void> {
  const { connection, member } = arrival;
  const id = randomUUID();
  const before = member.id === null ? {} : { member: member.id };
  await drop(tx, { sessionId, connection: connection.id, ...before });
  const { access_token, refresh_token, oauth_token_secret, kid, ...columns } = await linkColumns(
    id,
    arrival,
  );
  await tx.connectWaiting.create({
    data: {
      ...{ id, sessionId, access_token, refresh_token, oauth_token_secret, kid },
      connection: connection.id,
      environment: connection.environment,
      accountId: link,
      member: member.id ?? keyOfLink(connection.environment, id),
      columns: stored(columns),
    },
  });
}

/** Keeps that a link has been renewed, and that the client is to use it. Nothing of the member: the link has that. */
export async function keepRenewal(
  tx: Transaction,
  sessionId: string,
  { id: accountId, provider: connection, providerAccountId: member, environment }: RenewedLink,
): Promise<void> {
  await drop(tx, { sessionId, connection, member });
  const renewal = { sessionId, connection, environment, accountId, member };
  await tx.connectWaiting.create({ data: { id: randomUUID(), ...renewal } });
}

type RenewedLink = { id: string; provider: string; providerAccountId: string; environment: string };

/** Without what is of no use later: who refreshes a link is decided when it is one. */
function stored(columns: object) {
  return JSON.parse(JSON.stringify(Columns.parse(columns)));
}

/** Gives back what waits in a session. @returns each one's row in the queue of revocations, if it has got one */
export function dropWaiting(tx: Transaction, sessionId: string): Promise<(string | null)[]> {
  return drop(tx, { sessionId });
}

async function drop(tx: Transaction, where: Where): Promise<(string | null)[]> {
  const rows = await waitingWhere(tx, where);
  await tx.connectWaiting.deleteMany({ where });
  const queued: (string | null)[] = [];
  for (const row of rows) queued.push(await giveBack(tx, row));
  return queued;
}

/** Tokens that no link has had. Where another link lives on the same authorization, it is left. */
export async function giveBack(tx: Transaction, row: Waiting): Promise<string | null> {
  if (row.columns === null) return null; // they are a link's
  const { connection, environment, member } = row;
  const { clientId } = row.columns;
  const holder = { userId: row.sessionId, accountId: null };
  const authorization = { ...holder, connection, environment, member, clientId };
  try {
    return await queueRevocation(tx, authorization, {
      accessToken: await openColumn(row, "access_token"),
      refreshToken: await openColumn(row, "refresh_token"),
    });
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    log("error", "connect_session.not_opened", { session: row.sessionId, ...traceOf(error) });
    return null; // they open nowhere: a session must end all the same
  }
}
