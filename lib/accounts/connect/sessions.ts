import "server-only";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { databaseNow, nowIn } from "@/lib/db/clock";
import { database, type Transaction } from "@/lib/db/database";
import type { Prisma } from "@/lib/db/generated/client";
import { sha256 } from "../tokens/sha256";

/**
 * Connect sessions: a client's server sends its user here to link portals, and says at the end whose the links are. Until then nothing
 * of it counts. A session is changed under its row's lock only.
 */

/** So long after its end a client still finds a session. */
export const TOLD_MS = 24 * 60 * 60 * 1000;

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

export const FINAL: readonly SessionState[] = ["finished", "declined", "failed", "expired"];

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
  return remembered(await db.connectSession.findFirst({ where: { id, clientId: client } }));
}

/** For the page at its address. */
export async function sessionAt(secret: string): Promise<ConnectSession | null> {
  const db = await database();
  const secretHash = sha256(secret);
  return remembered(await db.connectSession.findUnique({ where: { secretHash } }));
}

/** Until a day after its end. */
async function remembered(row: Row | null): Promise<ConnectSession | null> {
  const now = await databaseNow();
  const isOld = row !== null && now.getTime() > row.expiresAt.getTime() + TOLD_MS;
  return row === null || isOld ? null : stateOf(row, now);
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
