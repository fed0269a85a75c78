import "server-only";
import { database } from "@/lib/db/database";

/** Changes with the shape of the file, so that its reader knows what it is. */
const FORMAT = { format: "portico-user", version: 1 } as const;

/**
 * Everything we hold about a user, except what only opens doors: no token, no hash. The columns are named one by one, and
 * a test says which are held back.
 * @returns null when there is no such user
 */
export async function exportUser(id: string, now: Date) {
  const db = await database();
  const user = await db.user.findUnique({
    where: { id },
    select: {
      id: true,
      name: true,
      email: true,
      emailVerified: true,
      image: true,
      ofClient: true,
      language: true,
      createdAt: true,
      updatedAt: true,
      accounts: { select: linkColumns, orderBy: { createdAt: "asc" } },
      clientUsers: {
        select: { clientId: true, externalId: true, createdAt: true },
        orderBy: { createdAt: "asc" },
      },
      sessions: { select: { createdAt: true, expires: true }, orderBy: { createdAt: "asc" } },
    },
  });
  if (!user) return null;
  const { accounts: links, sessions, clientUsers, ...person } = user;
  const revocations = await db.revocation.findMany({
    where: { userId: id },
    select: revocationColumns,
    orderBy: { createdAt: "asc" },
  });
  const events = await db.auditEvent.findMany({ where: { userId: id }, orderBy: { id: "asc" } });
  const told = await db.event.findMany({
    where: { accountId: { in: links.map((link) => link.id) } },
    select: toldColumns,
    orderBy: { id: "asc" },
  });
  const connectSessions = await db.connectSession.findMany({
    where: { OR: user.clientUsers.map(({ clientId, externalId }) => ({ clientId, externalId })) },
    select: sessionColumns,
    orderBy: { createdAt: "asc" },
  });
  return {
    ...FORMAT,
    exportedAt: now,
    user: person,
    links: links.map(({ refreshAttempts, ...link }) => ({
      ...link,
      refreshes: refreshAttempts.map(({ id: attempt, ...refresh }) => ({
        id: String(attempt),
        ...refresh,
      })),
    })),
    sessions,
    clientUsers,
    connectSessions,
    revocations,
    events: events.map(({ id: event, ...rest }) => ({ id: String(event), ...rest })),
    told: told.map(({ id: event, ...rest }) => ({ id: String(event), ...rest })),
  };
}

const linkColumns = {
  id: true,
  type: true,
  provider: true,
  providerAccountId: true,
  environment: true,
  member: true,
  label: true,
  scope: true,
  token_type: true,
  expires_at: true,
  issuedAt: true,
  tokensAt: true,
  generation: true,
  reconnectReason: true,
  retryAt: true,
  failures: true,
  checkedAt: true,
  checkOutcome: true,
  createdAt: true,
  updatedAt: true,
  grants: {
    select: { clientId: true, externalId: true, createdAt: true },
    orderBy: { createdAt: "asc" },
  },
  refreshAttempts: {
    select: {
      id: true,
      generation: true,
      reference: true,
      startedAt: true,
      endedAt: true,
      outcome: true,
      reason: true,
    },
    orderBy: { id: "asc" },
  },
} as const;

/** What back ends were told of the user's links; `reader` is the client, or empty for keys of none. */
const toldColumns = {
  id: true,
  reader: true,
  at: true,
  type: true,
  accountId: true,
  connection: true,
  externalId: true,
  session: true,
  reason: true,
} as const;

/** What a client has begun for this user of its own, and what waits there. */
const sessionColumns = {
  id: true,
  clientId: true,
  externalId: true,
  name: true,
  email: true,
  connections: true,
  language: true,
  returnUrl: true,
  status: true,
  problems: true,
  createdAt: true,
  pressedAt: true,
  expiresAt: true,
  waiting: { select: { connection: true, member: true, columns: true, createdAt: true } },
} as const;

const revocationColumns = {
  id: true,
  accountId: true,
  connection: true,
  environment: true,
  member: true,
  createdAt: true,
  nextTryAt: true,
  tries: true,
  outcome: true,
  reason: true,
  endedAt: true,
} as const;
