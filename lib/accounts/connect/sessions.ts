import "server-only";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { databaseNow, nowIn } from "@/lib/db/clock";
import { database, type Transaction } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import { transaction } from "@/lib/db/transaction";
import { log, traceOf } from "@/lib/process/log";
import { newReference } from "@/lib/process/reference";
import { type Actor, recordEvent } from "../audit";
import { sessionEnded } from "../events/record";
import { revokeSoon } from "../revocation/revocations";
import { sha256 } from "../tokens/sha256";
import { dropWaiting } from "./waiting";

/**
 * Connect sessions: a client's server sends its user here to link portals, and says at the end whose the links are. Until then nothing
 * of it counts. A session is changed under its row's lock only.
 */

const MINUTE_MS = 60_000;

/** So long after the first press a session ends, whatever happens. */
const PRESSED_MS = 60 * MINUTE_MS;

/** So long after the person has gone back to the client. */
const RETURNED_MS = 15 * MINUTE_MS;

/** So long after its end a client still finds it. */
const TOLD_HOURS = 24;

/** So often a code may be wrong before the session is destroyed. */
const WRONG_CODES = 5;

export const sessionStates = [
  "open", // not pressed
  "started", // pressed, and nothing waits
  "waiting", // something waits to be finished
  "finished",
  "declined", // the person has gone back without linking anything
  "failed", // the same, after something went wrong; or it was destroyed
  "expired",
] as const;
export type SessionState = (typeof sessionStates)[number];

const FINAL: readonly SessionState[] = ["finished", "declined", "failed", "expired"];

/** What went wrong on the way, by connection. */
const Problems = z.record(z.string(), z.string());

export type NewConnectSession = {
  client: string;
  user: { externalId: string; name: string | null; email: string | null };
  connections: readonly string[];
  /** The link to be connected again, and no other. */
  link: string | null;
  language: string | null;
  returnUrl: string;
  /** RFC 7636's S256 of a verifier that the client keeps. */
  challenge: string | null;
  /** How long it may wait for its first press. */
  seconds: number;
};

/** @returns the session, and the secret for its page's address, which is kept nowhere */
export async function createSession(wish: NewConnectSession) {
  const db = await database();
  const secret = randomBytes(32).toString("base64url");
  const { client, user, connections, link, seconds, ...rest } = wish;
  const session = await db.connectSession.create({
    data: {
      ...rest,
      ...user,
      id: `cs_${randomBytes(16).toString("base64url")}`,
      clientId: client,
      accountId: link,
      connections: [...connections],
      secretHash: sha256(secret),
      expiresAt: new Date((await databaseNow()).getTime() + seconds * 1000),
    },
  });
  return { session: stateOf(session, await databaseNow()), secret };
}

type Row = Prisma.ConnectSessionGetPayload<object>;

/** A session with what it has come to by now: time alone can end it. */
export type ConnectSession = Omit<Row, "status" | "problems"> & {
  status: SessionState;
  problems: Record<string, string>;
};

function stateOf(row: Row, now: Date): ConnectSession {
  const status = z.enum(sessionStates).parse(row.status);
  const isOver = !FINAL.includes(status) && row.expiresAt <= now;
  return { ...row, status: isOver ? "expired" : status, problems: Problems.parse(row.problems) };
}

export function isFinal({ status }: Pick<ConnectSession, "status">): boolean {
  return FINAL.includes(status);
}

/** For its client. @returns null when the client has no such session, or none any more */
export async function findSession(client: string, id: string): Promise<ConnectSession | null> {
  const db = await database();
  const now = await databaseNow();
  const row = await db.connectSession.findFirst({ where: { id, clientId: client } });
  return row && !isForgotten(row, now) ? stateOf(row, now) : null;
}

/** For the page at its address. */
export async function sessionAt(secret: string): Promise<ConnectSession | null> {
  const db = await database();
  const now = await databaseNow();
  const row = await db.connectSession.findUnique({ where: { secretHash: sha256(secret) } });
  return row && !isForgotten(row, now) ? stateOf(row, now) : null;
}

function isForgotten({ expiresAt }: Row, now: Date) {
  return now.getTime() > expiresAt.getTime() + TOLD_HOURS * 60 * MINUTE_MS;
}

/** The connections of which something waits. */
export async function waitingOf({ id, status }: ConnectSession): Promise<string[]> {
  if (status !== "waiting") return [];
  const db = await database();
  const rows = await db.connectWaiting.findMany({
    where: { sessionId: id },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { connection: true },
  });
  return rows.map(({ connection }) => connection);
}

/** Whether a session can still be given something. */
export async function isSessionOpen(id: string): Promise<boolean> {
  const db = await database();
  const row = await db.connectSession.findUnique({ where: { id } });
  return row !== null && !isFinal(stateOf(row, await databaseNow()));
}

/** A session whose row is locked until the end of the transaction; null when it is gone. */
export async function lockSession(tx: Transaction, id: string): Promise<ConnectSession | null> {
  const { count } = await tx.connectSession.updateMany({ where: { id }, data: { id } });
  if (count === 0) return null;
  return stateOf(await tx.connectSession.findUniqueOrThrow({ where: { id } }), await nowIn(tx));
}

export type Pressed = "pressed" | "elsewhere" | "over";

/**
 * A button on the page. The first press gives the session to that browser; another browser is told that the address is used.
 * @param browser what the page's cookie holds
 */
export function press(id: string, browser: string): Promise<Pressed> {
  return transaction(async (tx) => {
    const session = await lockSession(tx, id);
    if (!session || isFinal(session)) return "over";
    if (session.browserHash !== null)
      return isOfBrowser(session, browser) ? "pressed" : "elsewhere";
    const now = await nowIn(tx);
    await tx.connectSession.update({
      where: { id },
      data: {
        status: "started",
        pressedAt: now,
        browserHash: sha256(browser),
        expiresAt: new Date(now.getTime() + PRESSED_MS),
      },
    });
    return "pressed";
  });
}

/** Whether a browser is the one that a session was given to. */
export function isOfBrowser({ browserHash }: Pick<Row, "browserHash">, browser: string): boolean {
  return browserHash !== null && isSame(browserHash, sha256(browser));
}

/** Notes what went wrong at a portal; the person may try again. */
export async function noteProblem(id: string, connection: string, problem: string): Promise<void> {
  await transaction(async (tx) => {
    const session = await lockSession(tx, id);
    if (!session || isFinal(session)) return;
    const problems = { ...session.problems, [connection]: problem };
    await tx.connectSession.update({ where: { id }, data: { problems } });
  });
}

export type WayBack = {
  returnUrl: string;
  status: "linked" | "declined" | "failed";
  code: string | null;
};

/** As `goBack`, but only where something waits: nothing is given up. */
export async function goBackWithLinks(id: string, browser: string): Promise<WayBack | null> {
  const db = await database();
  const { status } = (await db.connectSession.findUnique({ where: { id } })) ?? {};
  return status === "waiting" ? goBack(id, browser) : null;
}

/**
 * The person goes back to the client. Where something waits, with a new code, that the client can finish the session with; otherwise
 * the session is over.
 * @returns null when the session is over already, or another browser's
 */
export function goBack(id: string, browser: string): Promise<WayBack | null> {
  return transaction(async (tx) => {
    const session = await lockSession(tx, id);
    if (!session || isFinal(session) || !isOfBrowser(session, browser)) return null;
    const { returnUrl, problems } = session;
    if (session.status === "waiting")
      return { returnUrl, status: "linked", code: await newCode(tx, session) };
    const hasFailed = Object.values(problems).some((each) => each !== "access_denied");
    const status = hasFailed ? "failed" : "declined";
    await endSession(tx, session, status, { actor: "user", reference: newReference() });
    return { returnUrl, status, code: null };
  });
}

/** Makes the code of a way back, in place of an earlier one, and gives the client a quarter of an hour for it. */
async function newCode(
  tx: Transaction,
  { id, pressedAt }: Pick<ConnectSession, "id" | "pressedAt">,
): Promise<string> {
  const code = randomBytes(32).toString("base64url");
  const now = await nowIn(tx);
  const latest = (pressedAt ?? now).getTime() + PRESSED_MS;
  await tx.connectSession.update({
    where: { id },
    data: {
      codeHash: sha256(code),
      expiresAt: new Date(Math.min(now.getTime() + RETURNED_MS, latest)),
    },
  });
  return code;
}

/** Ends a session whose row is locked. What waits is given back to the portals. */
export async function endSession(
  tx: Transaction,
  session: Pick<ConnectSession, "id" | "clientId" | "externalId">,
  status: Extract<SessionState, "declined" | "failed" | "expired">,
  by: By,
): Promise<(string | null)[]> {
  const dropped = await dropWaiting(tx, session.id);
  await tx.connectSession.update({
    where: { id: session.id },
    data: { status, expiresAt: await nowIn(tx), codeHash: null },
  });
  await tx.$executeRaw(sessionEnded(tx, session, status));
  await recordSession(tx, session, status, by);
  return dropped;
}

/** Who ends a session, and under which id that is known. */
export type By = { actor: Actor; reference: string };

/** For the record: how a session has ended. */
export function recordSession(
  tx: Transaction,
  { clientId }: Pick<ConnectSession, "clientId">,
  outcome: "finished" | "declined" | "failed" | "expired",
  { actor, reference: requestId }: By,
): Promise<void> {
  return recordEvent(tx, { action: "connect_session", outcome, actor, clientId, requestId });
}

/** What a client shows to finish a session. */
export type Proof = { code: string; verifier: string | null };

export type Judged = "right" | "wrong" | "destroy";

/** Whether code and verifier are those of the last way back. A wrong one is counted; of so many the last destroys. */
export async function judge(
  tx: Transaction,
  session: ConnectSession,
  { code, verifier }: Proof,
): Promise<Judged> {
  const isCode = session.codeHash !== null && isSame(session.codeHash, sha256(code));
  const isVerifier =
    session.challenge === null ||
    (verifier !== null && isSame(session.challenge, challengeOf(verifier)));
  if (isCode && isVerifier) return "right";
  const wrongCodes = session.wrongCodes + 1;
  await tx.connectSession.update({ where: { id: session.id }, data: { wrongCodes } });
  return wrongCodes >= WRONG_CODES ? "destroy" : "wrong";
}

/** RFC 7636 section 4.2. */
function challengeOf(verifier: string) {
  return createHash("sha256").update(verifier).digest("base64url");
}

function isSame(one: string, other: string) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Ends what a client has begun for one user, or for all: nothing of it is kept. @returns what portals are to be asked */
export async function endSessionsOf(
  tx: Transaction,
  where: { clientId: string; externalId?: string },
): Promise<{ isAny: boolean; dropped: string[] }> {
  const rows = await tx.connectSession.findMany({ where, orderBy: { id: "asc" } });
  const dropped: (string | null)[] = [];
  for (const { id } of rows) {
    if (await lockSession(tx, id)) dropped.push(...(await dropWaiting(tx, id)));
  }
  await tx.connectSession.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } });
  return { isAny: rows.length > 0, dropped: dropped.filter((each) => each !== null) };
}

/** Ends sessions whose time is over, and forgets those that ended a day ago. @returns how many there were; fewer than a batch, and there are no more */
export async function endDueSessions(batch = 100): Promise<number> {
  const now = await databaseNow();
  const db = await database();
  const due = await db.connectSession.findMany({
    where: { status: { in: ["open", "started", "waiting"] }, expiresAt: { lte: now } },
    select: { id: true },
    orderBy: { expiresAt: "asc" },
    take: batch,
  });
  const dropped: (string | null)[] = [];
  for (const { id } of due) {
    try {
      dropped.push(...(await expire(id)));
    } catch (error) {
      log("error", "connect_session.not_ended", { session: id, ...traceOf(error) });
    }
  }
  await revokeSoon(dropped);
  const forgotten = new Date(now.getTime() - TOLD_HOURS * 60 * MINUTE_MS);
  await db.connectSession.deleteMany({
    where: { status: { in: [...FINAL] }, expiresAt: { lt: forgotten } },
  });
  return due.length;
}

function expire(id: string): Promise<(string | null)[]> {
  return transaction(async (tx) => {
    const session = await lockSession(tx, id);
    const by = { actor: "system", reference: newReference() } as const;
    return session?.status === "expired" ? endSession(tx, session, "expired", by) : [];
  });
}
