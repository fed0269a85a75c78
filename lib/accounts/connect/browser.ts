import "server-only";
import { randomBytes } from "node:crypto";
import { nowIn } from "@/lib/db/clock";
import { database, type Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { newReference } from "@/lib/process/reference";
import { sha256 } from "../tokens/sha256";
import { endSession } from "./ends";
import { isSame } from "./proof";
import { type ConnectSession, isFinal, lockSession } from "./sessions";

/** What a person does in a connect session, in the one browser that it belongs to. */

const MINUTE_MS = 60_000;

/** So long after the first press a session ends in any case. */
const PRESSED_MS = 60 * MINUTE_MS;

/** So long after the person has gone back to the client. */
const RETURNED_MS = 15 * MINUTE_MS;

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
export function isOfBrowser(
  { browserHash }: Pick<ConnectSession, "browserHash">,
  browser: string,
): boolean {
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
