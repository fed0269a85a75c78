import "server-only";
import { z } from "zod";
import type { Database, Transaction } from "@/lib/db/database";
import { seal, unseal } from "../tokens/sealed";
import { sha256 } from "../tokens/sha256";
import { SealedTokens } from "../tokens/vault";

/**
 * A flow may end with a question instead of a link. It is kept sealed for ten minutes, and can be answered once, from the
 * session that it was put to.
 */
const Question = z.discriminatedUnion("kind", [
  /** The member came back instead of another: should they be linked as well? */
  z.object({ kind: z.literal("other_member"), connection: z.string(), member: z.string() }),
  /** The member has a user of their own, with nothing but this link: should it be moved here, with its new tokens? */
  z.object({
    kind: z.literal("elsewhere"),
    connection: z.string(),
    link: z.string(),
    from: z.string(),
    tokens: SealedTokens,
    /** Which registration of ours the tokens were issued to. */
    clientId: z.string(),
  }),
]);
export type Question = z.infer<typeof Question>;

/** Under which a question is found again: the session it was put to, and the reference its page shows. */
export type Addressee = { session: string; reference: string };

const IDENTIFIER = "question";
const OPEN_MS = 10 * 60 * 1000;

/** Keeps a question, in the transaction that raised it. */
export async function putQuestion(
  tx: Transaction,
  addressee: Addressee,
  question: Question,
  now: Date,
) {
  const expires = new Date(now.getTime() + OPEN_MS);
  const token = questionKey(addressee);
  const outcome = await seal("question", { token, question }, expires);
  await tx.verificationToken.create({ data: { identifier: IDENTIFIER, token, expires, outcome } });
}

/** The question that is open for this addressee, or null. */
export async function openQuestion(
  db: Database | Transaction,
  addressee: Addressee,
  now: Date,
): Promise<Question | null> {
  const token = questionKey(addressee);
  const row = await db.verificationToken.findUnique({
    where: { identifier_token: { identifier: IDENTIFIER, token } },
    select: { outcome: true, expires: true },
  });
  if (!row?.outcome || row.expires <= now) return null;
  const Kept = z.object({ token: z.literal(token), question: Question });
  return (await unseal("question", row.outcome, Kept, { now }))?.question ?? null;
}

/** Takes a question away. @returns whether it was there to take: of two answers one counts */
export async function closeQuestion(db: Database | Transaction, addressee: Addressee) {
  const where = { identifier: IDENTIFIER, token: questionKey(addressee) };
  return (await db.verificationToken.deleteMany({ where })).count > 0;
}

function questionKey({ session, reference }: Addressee) {
  return sha256(`${session} ${reference}`);
}
