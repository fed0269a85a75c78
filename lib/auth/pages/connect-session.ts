import "server-only";
import { cookies } from "next/headers";
import { cache } from "react";
import {
  goBack,
  goBackWithLinks,
  isOfBrowser,
  press,
  type WayBack,
} from "@/lib/accounts/connect/browser";
import { hasDoor as isEntered } from "@/lib/accounts/connect/door";
import {
  type ConnectSession,
  isFinal,
  sessionAt,
  waitingOf,
} from "@/lib/accounts/connect/sessions";
import { findConnection } from "@/lib/conversation/configuration";
import { database } from "@/lib/db/database";
import { settings } from "@/lib/env";
import {
  badgeOf,
  type Connection,
  type ConnectionBadge,
  scopesOf,
} from "@/lib/portals/connections";
import type { Environment } from "@/lib/portals/portal";
import { connectCookieName } from "@/lib/process/server/connect-cookie.mjs";
import { bareProblem, pathWith } from "../flow/problems";
import { ReturnPath } from "../flow/return-path";
import { startConnectFlow } from "../trip/connect";

/** The page of a connect session: what it shows, and what its buttons do. It knows nothing of who is signed in here. */

/** Whether any person can get in, also where no portal signs people in. A database that does not answer says no. */
export async function hasDoor(): Promise<boolean> {
  return isEntered().catch(() => false);
}

/** A portal that the session asks for. */
export type AskedPortal = {
  connection: string;
  badge: ConnectionBadge;
  environment: Environment;
  namesMembers: boolean;
  /** What is asked for there, in the portal's own words; none where that is not known. */
  scopes: string[];
  state: "todo" | "waiting" | "declined" | "problem";
};

export type ConnectPage = {
  client: string;
  user: { name: string | null; email: string | null };
  again: boolean;
  portals: AskedPortal[];
  /** Whether the person can go on: in this browser, at this time. */
  door: "open" | "elsewhere" | "finished" | "expired" | "over";
  /** The client's address, for a person of this session that is over; null otherwise. */
  wayBack: string | null;
};

/** Once for title and page. @returns null when there is no such session, or none any more */
export const connectPageAt = cache(async (secret: string): Promise<ConnectPage | null> => {
  const session = await sessionFor(secret);
  if (!session) return null;
  const db = await database();
  const client = await db.client.findUnique({ where: { id: session.clientId } });
  const waiting = await waitingOf(session);
  const door = await doorOf(session, secret);
  const isHere = door === "open";
  return {
    client: client?.name ?? session.clientId,
    user: isHere ? { name: session.name, email: session.email } : { name: null, email: null },
    again: session.accountId !== null,
    portals: session.connections.flatMap((id) => {
      const connection = findConnection(id);
      return connection ? [askedPortal(connection, session, waiting)] : [];
    }),
    door,
    wayBack: await wayBackFrom(session, secret),
  };
});

function askedPortal(
  connection: Connection,
  { problems }: ConnectSession,
  waiting: readonly string[],
): AskedPortal {
  const { id, portal, environment } = connection;
  return {
    ...{ connection: id, environment, badge: badgeOf(connection) },
    namesMembers: portal.member.identified,
    scopes: scopesOf(connection),
    state: waiting.includes(id) ? "waiting" : stateAfter(problems[id]),
  };
}

/** What the last try at a portal has left behind. */
function stateAfter(problem: string | undefined): AskedPortal["state"] {
  if (problem === undefined) return "todo";
  return problem === "access_denied" ? "declined" : "problem";
}

async function doorOf(session: ConnectSession, secret: string): Promise<ConnectPage["door"]> {
  if (session.status === "finished" || session.status === "expired") return session.status;
  if (isFinal(session)) return "over";
  const browser = await browserOf(secret);
  return session.browserHash === null || isOfBrowser(session, browser ?? "") ? "open" : "elsewhere";
}

/** A session that is over says so to its client again, and brings no code. */
async function wayBackFrom(session: ConnectSession, secret: string): Promise<string | null> {
  if (!isFinal(session)) return null;
  const isPressed = session.browserHash !== null;
  if (isPressed && !isOfBrowser(session, (await browserOf(secret)) ?? "")) return null;
  const isLinked = session.status === "finished";
  const isDeclined = session.status === "declined";
  const status = isLinked ? "linked" : isDeclined ? "declined" : "failed";
  return addressOf({ returnUrl: session.returnUrl, status, code: null }, session.id);
}

function sessionFor(secret: string): Promise<ConnectSession | null> {
  return ReturnPath.safeParse(pageOf(secret)).success ? sessionAt(secret) : Promise.resolve(null);
}

function pageOf(secret: string) {
  return `/connect/s/${secret}` as ReturnPath;
}

/** What this browser's cookie for the page holds. */
async function browserOf(secret: string): Promise<string | null> {
  const name = connectCookieName(secret, settings().origin);
  return (await cookies()).get(name)?.value || null;
}

/** The page, which says then that it needs a cookie. */
function withoutCookie(page: ReturnPath) {
  return `${page}?cookies=no`;
}

/** Goes to a portal. @returns where the browser goes: the portal, or the session's page with why not */
export async function connectHere(secret: string, connectionId: string): Promise<string> {
  const page = pageOf(secret);
  const session = await sessionFor(secret);
  const browser = await browserOf(secret);
  if (!session) return "/";
  if (!browser) return withoutCookie(page);
  const connection = session.connections.includes(connectionId) && findConnection(connectionId);
  if (!connection) return pathWith(page, bareProblem("not_offered"));
  const pressed = await press(session.id, browser);
  return pressed === "pressed" ? startConnectFlow(connection, session, page) : page;
}

/** Back to the client. @returns its address, or the session's page where there is no way back from here */
export async function goBackHere(secret: string): Promise<string> {
  const [session, browser] = [await sessionFor(secret), await browserOf(secret)];
  if (session?.browserHash === null && browser) await press(session.id, browser); // to say no is to have been here
  return back(secret, goBack);
}

/** The same by itself, after the one portal that was asked for. */
export async function goBackByItself(secret: string): Promise<string> {
  return back(secret, goBackWithLinks);
}

async function back(secret: string, leave: typeof goBack): Promise<string> {
  const session = await sessionFor(secret);
  const browser = await browserOf(secret);
  if (!session) return "/";
  if (!browser) return withoutCookie(pageOf(secret));
  const way = await leave(session.id, browser);
  return way ? addressOf(way, session.id) : pageOf(secret);
}

function addressOf({ returnUrl, status, code }: WayBack, session: string): string {
  const url = new URL(returnUrl);
  url.searchParams.append("session", session);
  url.searchParams.append("status", status);
  if (code !== null) url.searchParams.append("code", code);
  return url.href;
}
