import "server-only";
import { randomUUID } from "node:crypto";
import type { AdapterAccount } from "next-auth/adapters";
import { tokenColumns } from "@/lib/accounts/vault";
import { database, type Transaction } from "@/lib/db/database";
import { isUniqueViolation } from "@/lib/db/unique-violation";
import type { TokenSet } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";
import type { Member } from "@/lib/portals/portal";
import { adapterFor } from "./adapter";
import { type Outcome, recordOutcome } from "./consumption";
import type { Flow } from "./flow";
import { pathWith, type Success } from "./problems";
import { newSessionToken, SESSION_SECONDS } from "./session";

export type Completion =
  | { kind: "done"; outcome: Outcome }
  | { kind: "member_taken" | "other_member" | "other_environment" | "session_changed" };

export type Completed = {
  connection: Connection;
  flow: Flow;
  /** The hash of the session that this browser came with, if it is live. */
  oldSession: string | null;
  reference: string;
  member: Member;
  tokens: TokenSet;
  now: Date;
};

/**
 * What every portal ends in: one transaction that decides whose link this is and writes user, link, session, the old
 * session's end, the audit event and the flow's outcome. All of it or nothing. Nothing here talks to a portal.
 */
export async function complete(trip: Completed): Promise<Completion> {
  const db = await database();
  const attempt = () =>
    db.$transaction((tx) => write(tx, trip), { maxWait: 10_000, timeout: 10_000 });
  try {
    return await attempt();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    return await attempt(); // the same member has arrived twice at once: the other's rows are there now
  }
}

async function write(tx: Transaction, trip: Completed): Promise<Completion> {
  const { connection, flow, member, now, reference } = trip;
  const link = await tx.account.findUnique({
    where: {
      provider_providerAccountId: { provider: connection.id, providerAccountId: member.id },
    },
    select: { id: true, userId: true, environment: true },
  });
  const owner = flow.owner?.user;
  if (flow.owner && (await userOf(tx, flow.owner.session)) !== owner)
    return { kind: "session_changed" };
  if (link && link.environment !== connection.environment) return { kind: "other_environment" };
  if (owner && link && link.userId !== owner) return { kind: "member_taken" };
  if (owner && !link && (await hasLinkAt(tx, owner, connection))) return { kind: "other_member" };

  const userId = owner ?? link?.userId ?? (await createUser(tx, member));
  const accountId = link ? await renewLink(tx, link.id, trip) : await createLink(tx, userId, trip);
  if (link && !owner) await tx.user.update({ where: { id: userId }, data: shownOf(member) });

  const before = trip.oldSession && (await userOf(tx, trip.oldSession));
  const session = owner ? null : await replaceSession(tx, userId, trip);
  const success = successOf({ owner, link, switched: Boolean(before && before !== userId) });
  await tx.auditEvent.create({
    data: {
      action: owner ? (link ? "relink" : "link") : "sign_in",
      outcome: "succeeded",
      userId,
      accountId,
      connection: connection.id,
      requestId: reference,
    },
  });

  const location = pathWith(flow.returnTo, { kind: "success", success, connection: connection.id });
  const outcome = { location, session };
  await recordOutcome(tx, flow.stateHash, outcome, now);
  return { kind: "done", outcome };
}

async function createUser(tx: Transaction, member: Member) {
  // The adapter wants an id and an address; it lets the database make the one and we know nobody by the other.
  const user = await adapterFor(tx).createUser({
    ...shownOf(member),
    id: "",
    email: member.email as string,
    emailVerified: null,
  });
  return user.id;
}

async function createLink(tx: Transaction, userId: string, trip: Completed) {
  const { connection, member } = trip;
  const id = randomUUID();
  const link = {
    id,
    userId,
    type: "oauth" as const,
    provider: connection.id,
    providerAccountId: member.id,
    environment: connection.environment,
    ...(await linkColumns(id, trip)),
  };
  await adapterFor(tx).linkAccount(link as unknown as AdapterAccount); // our columns are null where its are absent
  return id;
}

/** New tokens replace the old every time: Auth.js by itself keeps the first for ever. */
async function renewLink(tx: Transaction, id: string, trip: Completed) {
  await tx.account.update({
    where: { id },
    data: { ...(await linkColumns(id, trip)), generation: { increment: 1 } },
  });
  return id;
}

async function linkColumns(id: string, { member, tokens, now }: Completed) {
  const { name, email, image, agency, details } = member;
  return {
    ...(await tokenColumns(id, tokens)),
    token_type: "bearer",
    member: { name, email, image, agency, details },
    checkedAt: now,
    checkOutcome: "ok",
  };
}

/** The session this browser had is over, whoever it was, in the same breath as the new one begins. */
async function replaceSession(tx: Transaction, userId: string, { oldSession, now }: Completed) {
  const token = newSessionToken();
  const expires = new Date(now.getTime() + SESSION_SECONDS * 1000);
  const stale = [{ expires: { lt: now } }, ...(oldSession ? [{ sessionToken: oldSession }] : [])];
  await tx.session.deleteMany({ where: { OR: stale } });
  await adapterFor(tx).createSession({ sessionToken: token, userId, expires });
  return { token, expires };
}

/** Whether a user has a link at a connection already. Its member is pinned: another does not slip in beside it. */
async function hasLinkAt(tx: Transaction, userId: string, { id, environment }: Connection) {
  return (await tx.account.count({ where: { userId, provider: id, environment } })) > 0;
}

async function userOf(tx: Transaction, sessionToken: string) {
  const session = await tx.session.findUnique({
    where: { sessionToken },
    select: { userId: true },
  });
  return session?.userId ?? null;
}

function successOf(what: { owner?: string; link: object | null; switched: boolean }): Success {
  if (what.owner) return what.link ? "relinked" : "linked";
  return what.switched ? "switched" : "signed_in";
}

function shownOf({ name, email, image }: Member) {
  return { name, email, image };
}
