import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import type { Transaction } from "@/lib/db/database";
import { sha256 } from "../tokens/sha256";
import type { ConnectSession } from "./sessions";

/** So often a code may be wrong before the session is destroyed. */
const WRONG_CODES = 5;

/** What a client shows to finish a session. */
export type Proof = {
  code: string;
  verifier: string | null;
  /** The client's name for the person who has come back to it. */
  externalId: string;
};

export type Judged = "right" | "wrong" | "destroyed" | "other_user";

/**
 * Whether code and verifier are those of the last way back, and the person is the one that the session is for. A wrong code or verifier is
 * counted; of so many the last destroys. With the right code another person destroys, with any verifier: it is with the one who has begun
 * the session, who could still finish it with that code.
 */
export async function judge(
  tx: Transaction,
  session: ConnectSession,
  { code, verifier, externalId }: Proof,
): Promise<Judged> {
  const isCode = session.codeHash !== null && isSame(session.codeHash, sha256(code));
  if (isCode && session.externalId !== externalId) return "other_user";
  const isVerifier =
    session.challenge === null ||
    (verifier !== null && isSame(session.challenge, challengeOf(verifier)));
  if (isCode && isVerifier) return "right";
  const wrongCodes = session.wrongCodes + 1;
  await tx.connectSession.update({ where: { id: session.id }, data: { wrongCodes } });
  return wrongCodes >= WRONG_CODES ? "destroyed" : "wrong";
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
