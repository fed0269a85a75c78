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
      createdAt: true,
      updatedAt: true,
      accounts: { select: linkColumns, orderBy: { createdAt: "asc" } },
      sessions: { select: { createdAt: true, expires: true }, orderBy: { createdAt: "asc" } },
    },
  });
  if (!user) return null;
  const { accounts: links, sessions, ...person } = user;
  const revocations = await db.revocation.findMany({
    where: { userId: id },
    select: revocationColumns,
    orderBy: { createdAt: "asc" },
  });
  const events = await db.auditEvent.findMany({ where: { userId: id }, orderBy: { id: "asc" } });
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
    revocations,
    events: events.map(({ id: event, ...rest }) => ({ id: String(event), ...rest })),
  };
}

const linkColumns = {
  id: true,
  type: true,
  provider: true,
  providerAccountId: true,
  environment: true,
  member: true,
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
