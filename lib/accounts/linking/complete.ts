import "server-only";
import { randomUUID } from "node:crypto";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import { isUniqueViolation } from "@/lib/db/conflicts";
import type { Transaction } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import type { Connection } from "@/lib/portals/connections";
import { recordEvent } from "../audit";
import { queueReplaced, queueRevocation, revocableColumns } from "../revocation/queue";
import { revokeSoon } from "../revocation/revocations";
import { lockLinks, lockUser } from "../tokens/locks";
import { tokenColumns } from "../tokens/vault";
import { linkingAdapter } from "./adapter";
import {
  type ExistingLink,
  type ExpectedMember,
  findLink,
  idInKey,
  isExpected,
  keyOfLink,
} from "./expected-member";
import { linkColumns } from "./link-columns";
import { putQuestion } from "./question";
import { type NewSession, replaceSession, userOfSession } from "./session-row";

/** What every way of linking and signing in hands over once the portal has said who is there. */
export type CompletionInput = MemberTokens & {
  connection: Connection;
  /** What a new link is given as its key where the portal names no member: `linkKey()`. */
  key: string;
  /** Whether the tokens were pasted by their member, instead of coming from a flow. */
  byKeys?: boolean;
  /** For whom a link flow links: the user, and by its hash the session that began it. Null signs in. */
  owner: { user: string; session: string } | null;
  expected: ExpectedMember;
  /** The hash of the session that this browser came with, if it is live. */
  oldSession: string | null;
  reference: string;
  now: Date;
  /** Called in the same transaction: what it writes is there exactly when the rest is. */
  alsoWrite: (tx: Transaction, completed: Completed) => Promise<void>;
};

type Completed = {
  kind: "done";
  success: "signed_in" | "switched" | "linked" | "relinked";
  link: string;
  /** Of a sign-in. */
  session: NewSession | null;
};

/** Why nothing was written; `elsewhere` and `other_member` leave a question open. */
type Refused =
  | "sign_in_first"
  | "session_changed"
  | "other_environment"
  | "member_taken"
  | "elsewhere"
  | "other_member";

export type Completion = Completed | { kind: Refused };

/**
 * What every portal ends in: one transaction that decides whose link this is and writes user, link, session, the old
 * session's end and the audit event. All of it or nothing. No portal is asked inside it; tokens that are not kept are given
 * back afterwards.
 */
export async function complete(input: CompletionInput): Promise<Completion> {
  const attempt = () => transaction((tx) => writeOrDrop(tx, input));
  const again = (error: unknown) => {
    if (!wasOvertaken(error)) throw error;
    return attempt(); // its rows are there now
  };
  const { completion, dropped } = await attempt().catch(again).catch(again);
  if (dropped) void revokeSoon([dropped]);
  return completion;
}

/**
 * Tokens of a flow that are not kept go back to the portal, unless a link here lives on the same authorization. Pasted ones
 * are their member's own.
 */
async function writeOrDrop(tx: Transaction, input: CompletionInput) {
  const completion = await write(tx, input);
  const { connection, owner, member, tokens, byKeys } = input;
  const isKept = completion.kind === "done" || completion.kind === "elsewhere";
  if (isKept || byKeys || !owner || !member.id) return { completion, dropped: null };
  const authorization = {
    userId: owner.user,
    accountId: null,
    connection: connection.id,
    environment: connection.environment,
    member: member.id,
    clientId: connection.registration.id,
  };
  return { completion, dropped: await queueRevocation(tx, authorization, tokens) };
}

async function write(tx: Transaction, input: CompletionInput): Promise<Completion> {
  const { connection, owner, member } = input;
  if (owner) {
    const isHere = (await userOfSession(tx, owner.session)) === owner.user;
    if (!isHere || !(await lockUser(tx, owner.user))) return { kind: "session_changed" };
  } else if (connection.signIn === "never") return { kind: "sign_in_first" };

  const before = await findLink(tx, connection, member, input);
  // The user before the link, as everywhere: in another order, two transactions could wait for each other.
  if (!owner && before) await lockUser(tx, before.userId);
  const found = await findLink(tx, connection, member, input);
  if (!owner && found?.userId !== before?.userId) throw new LinkMoved();
  const refused = await refusalOf(tx, input, found);
  if (refused) return { kind: refused };

  const completed = await writeAll(tx, input, found);
  await input.alsoWrite(tx, completed);
  return completed;
}

/** A link has got another user between two looks at it, and the wrong user is locked. */
class LinkMoved extends Error {}

/** Whether another transaction was faster. */
function wasOvertaken(error: unknown) {
  return isUniqueViolation(error) || error instanceof LinkMoved;
}

/** Whether this member may be linked to the user who set out; a sign-in always may. */
async function refusalOf(
  tx: Transaction,
  input: CompletionInput,
  found: ExistingLink | null,
): Promise<Refused | null> {
  const { connection, owner, expected, member, reference, now } = input;
  if (found && found.environment !== connection.environment) return "other_environment";
  if (!owner) return null;
  const addressee = { session: owner.session, reference };
  const about = { connection: connection.id };
  if (found && found.userId !== owner.user) {
    const from = found.userId;
    if ((await tx.account.count({ where: { userId: from } })) > 1) return "member_taken";
    const tokens = await tokenColumns(found.id, input.tokens);
    const clientId = connection.registration.id;
    const question = {
      kind: "elsewhere" as const,
      ...about,
      link: found.id,
      from,
      tokens,
      clientId,
    };
    await putQuestion(tx, addressee, question, now);
    return "elsewhere";
  }
  if (member.id === null) return null; // there is nothing to compare
  const who = { expected, member: member.id, found, owner: owner.user };
  if (await isExpected(tx, connection, who)) return null;
  await putQuestion(tx, addressee, { kind: "other_member", ...about, member: member.id }, now);
  return "other_member";
}

async function writeAll(
  tx: Transaction,
  input: CompletionInput,
  found: ExistingLink | null,
): Promise<Completed> {
  const { connection, owner, member, reference, oldSession } = input;
  const { name, email, image } = member;
  const shown = { name, email, image };
  const userId = owner?.user ?? found?.userId ?? (await linkingAdapter(tx).createUser(shown));
  const link = found ? await renewLink(tx, found.id, input) : await createLink(tx, userId, input);
  if (found && !owner) await tx.user.update({ where: { id: userId }, data: shown });

  const before = oldSession && (await userOfSession(tx, oldSession));
  const session = owner ? null : await replaceSession(tx, userId, input);
  await recordEvent(tx, {
    action: owner ? (found ? "relink" : "link") : "sign_in",
    outcome: "succeeded",
    actor: "user",
    userId,
    accountId: link,
    connection: connection.id,
    requestId: reference,
  });
  const switched = Boolean(before && before !== userId);
  const success = owner ? (found ? "relinked" : "linked") : switched ? "switched" : "signed_in";
  return { kind: "done", success, link, session };
}

async function createLink(tx: Transaction, userId: string, input: CompletionInput) {
  const { connection, member, expected, byKeys } = input;
  // A link that was to be renewed and is gone does not come back under its old id.
  const isNew = member.id !== null || expected.who === "same";
  const id = isNew ? randomUUID() : idInKey(connection, input.key);
  const key = member.id ?? keyOfLink(connection.environment, id);
  const columns = await linkColumns(id, input);
  await linkingAdapter(tx).linkAccount({ id, userId, connection, key, byKeys, columns });
  return id;
}

/** New tokens replace the old every time: Auth.js by itself keeps the first for ever. */
async function renewLink(tx: Transaction, id: string, input: CompletionInput) {
  await lockLinks(tx, { id });
  const before = await tx.account.findUniqueOrThrow({ where: { id }, select: revocableColumns });
  await linkingAdapter(tx).renewAccount(id, await linkColumns(id, input));
  await queueReplaced(tx, before);
  return id;
}
