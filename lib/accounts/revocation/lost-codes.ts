import "server-only";
import { z } from "zod";
import {
  type CodeAnswer,
  exchangeCode,
  type MemberTokens,
  memberFrom,
} from "@/lib/conversation/code-exchange";
import { findConnection } from "@/lib/conversation/configuration";
import type { PortalAnswer } from "@/lib/conversation/health";
import { checkAnswerIssuer, isOfAnother } from "@/lib/conversation/issuers";
import { canRevoke, revokesEachToken } from "@/lib/conversation/revocability";
import { inTurn } from "@/lib/conversation/turn";
import { database, type Transaction } from "@/lib/db/database";
import { table } from "@/lib/db/tables";
import { transaction } from "@/lib/db/transaction";
import { OAuthError, type OAuthErrorCode } from "@/lib/oauth/errors";
import type { TokenResponse } from "@/lib/oauth/tokens";
import type { Connection } from "@/lib/portals/connections";
import { inParallel } from "@/lib/process/in-parallel";
import { log, traceOf } from "@/lib/process/log";
import { tellOfPortal } from "../events/portals";
import { seal, unseal } from "../tokens/sealed";
import { queueRevocation, unowned } from "./queue";
import { revokeSoon } from "./revocations";

/**
 * Codes of which we do not know what came: the process that had one exchanged has died, or the portal's answer was lost. The portal
 * may have issued tokens that we do not have. So such a code is sent once more. A portal that has had it refuses it, and takes back
 * what it issued for it (RFC 6749 section 4.1.2); one that has not gives us tokens, and we give them back.
 */

/** A code that was sent so long ago, and of which nothing is known, is lost. */
export const LOST_SECONDS = 60;

/** Between two tries; longer than a batch takes, so that no other process is at the same. */
const AGAIN_SECONDS = 150;

/** For so long a code is kept, and tried. RFC 6749 section 4.1.2: codes live no longer. */
const KEPT_MS = 10 * 60_000;

const BATCH = 20;
const AT_ONCE = 4;

const Kept = z.object({
  connection: z.string(),
  environment: z.string(),
  clientId: z.string(),
  /** Of the answer that brought it, RFC 9207. */
  issuer: z.string().nullable(),
  code: z.string(),
  codeVerifier: z.string().nullable(),
  nonce: z.string().nullable(),
});
type Kept = z.infer<typeof Kept>;

/** A code as it is kept while it is exchanged. @returns null where the portal has no way to take tokens back */
export async function sealCode(
  { id: connection, environment, registration }: Connection,
  answer: CodeAnswer & { issuer: string | null },
): Promise<string | null> {
  if (!canRevoke(connection)) return null;
  const kept: Kept = { connection, environment, clientId: registration.id, ...answer };
  return seal("code", kept, new Date(Date.now() + KEPT_MS));
}

/**
 * Ends an exchange, in the transaction that stores what came of it.
 * @returns false when the code was sent once more meanwhile: its tokens may be worth nothing, and are not to be kept
 */
export async function endExchange(tx: Transaction, stateHash: string): Promise<boolean> {
  const { count } = await tx.codeExchange.deleteMany({ where: { id: stateHash, isLost: false } });
  return count > 0;
}

/** Forgets a code of which it is known that nothing came. */
export async function forgetExchange(stateHash: string): Promise<void> {
  const db = await database();
  await db.codeExchange.deleteMany({ where: { id: stateHash } });
}

/** The token endpoint's own no: there are no tokens. */
const REFUSED: readonly OAuthErrorCode[] = [
  "invalid_grant",
  "redirect_mismatch",
  "access_denied",
  "refused",
];

const Due = z.array(z.object({ id: z.string(), code: z.string() }));

/** Sends lost codes once more, a batch of those whose time has come. @returns how many there were */
export async function settleLostCodes(): Promise<number> {
  const db = await database();
  const rows = await db.$queryRaw`
    UPDATE ${table(db, "CodeExchange")}
    SET "isLost" = true, "nextTryAt" = now() + make_interval(secs => ${AGAIN_SECONDS}::int)
    WHERE id = ANY(ARRAY(
      SELECT id FROM ${table(db, "CodeExchange")} WHERE "nextTryAt" <= now()
      ORDER BY "nextTryAt" LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED))
    RETURNING id, code`;
  const due = Due.parse(rows);
  await inParallel(due, AT_ONCE, async ({ id, code }) => {
    try {
      await settle(id, await unseal("code", code, Kept));
    } catch (error) {
      log("error", "code.not_settled", traceOf(error)); // it is tried again
    }
  });
  return due.length;
}

async function settle(id: string, kept: Kept | null): Promise<void> {
  if (!kept) return forget(id, null, "given_up"); // its time is over
  const connection = connectionFor(kept);
  if (!connection) return; // another process may be set up for it
  await inTurn(connection, {
    ask: () => sendAgain(connection, id, kept),
    answerOf: (answer) => answer,
    tell: tellOfPortal,
  });
}

/** The connection that the code may be shown to; null when it is set up otherwise by now, or the code is another's. */
function connectionFor({ connection: id, environment, clientId, issuer }: Kept) {
  const connection = findConnection(id);
  if (connection?.environment !== environment || connection.registration.id !== clientId)
    return null;
  return canRevoke(id) && !isOfAnother(connection, issuer) ? connection : null;
}

/** @returns what the portal's answer says of it */
async function sendAgain(connection: Connection, id: string, kept: Kept): Promise<PortalAnswer> {
  try {
    await checkAnswerIssuer(connection, kept.issuer);
    const arrived = await memberTokensOf(connection, id, kept);
    if (arrived) await giveBack(connection, id, arrived);
    return { code: "ok", retryAfter: null };
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return { code: error.code, retryAfter: error.detail.retryAfter ?? null };
  }
}

/**
 * Null when the portal refuses the code. If it does not say whose the tokens are, they are taken back all the same where tokens stand
 * alone; elsewhere the code is sent again later, and then the portal takes them back.
 * @throws {OAuthError}
 */
async function memberTokensOf(
  connection: Connection,
  id: string,
  kept: Kept,
): Promise<Arrived | null> {
  let response: TokenResponse;
  try {
    response = await exchangeCode(connection, kept);
  } catch (error) {
    if (!(error instanceof OAuthError && REFUSED.includes(error.code))) throw error;
    await forget(id, connection.id, "refused");
    return null;
  }
  const { tokens } = response;
  try {
    return { tokens, member: await memberFrom(connection, response) };
  } catch (error) {
    if (!(error instanceof OAuthError && revokesEachToken(connection))) throw error;
    return { tokens, member: { id: null } };
  }
}

/** Tokens that are not to be kept, and whose they are as far as that is known. */
type Arrived = Pick<MemberTokens, "tokens"> & { member: Pick<MemberTokens["member"], "id"> };

/** Puts tokens of an exchange up to be revoked, unless a link here lives on the same authorization. */
export async function giveBack(
  connection: Connection,
  exchange: string,
  { tokens, member }: Arrived,
): Promise<void> {
  const authorization = unowned(connection, { holder: exchange, member: member.id });
  const queued = await transaction(async (tx) => {
    await tx.codeExchange.deleteMany({ where: { id: exchange } });
    return queueRevocation(tx, authorization, tokens);
  });
  log("info", "code.settled", { connection: connection.id, outcome: "given_back" });
  await revokeSoon([queued]);
}

async function forget(id: string, connection: string | null, outcome: string): Promise<void> {
  const db = await database();
  await db.codeExchange.deleteMany({ where: { id } });
  log("info", "code.settled", { connection, outcome });
}
