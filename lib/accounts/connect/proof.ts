import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import type { Transaction } from "@/lib/db/database";
import { sha256 } from "../tokens/sha256";
import type { ConnectSession } from "./sessions";

/** So often a code may be wrong before the session is destroyed. */
const WRONG_CODES = 5;

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

/** In a time that does not tell where they differ. */
export function isSame(one: string, other: string) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
