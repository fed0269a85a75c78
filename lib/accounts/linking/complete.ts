import "server-only";
import { randomUUID } from "node:crypto";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import { wasOvertaken } from "@/lib/db/conflicts";
import type { Transaction } from "@/lib/db/database";
import { Prisma } from "@/lib/db/generated/client";
import { table } from "@/lib/db/tables";
import { moment, together, type Write } from "@/lib/db/together";
import { transaction } from "@/lib/db/transaction";
import type { Connection } from "@/lib/portals/connections";
import { recordEvent, recordOf } from "../audit";
import { linkCreated, linkEvent } from "../events/record";
import { queueReplaced, queueRevocation, unowned } from "../revocation/queue";
import { revokeSoon } from "../revocation/revocations";
import { holdIssued } from "../tokens/held-tokens";
import { lockClient, lockUser } from "../tokens/locks";
import { tokenColumns } from "../tokens/vault";
import { linkingAdapter, renewalOf } from "./adapter";
import {
  type ExistingLink,
  type ExpectedMember,
  idInKey,
  isExpected,
  keyOfLink,
  lockLink,
} from "./expected-member";
import { linkColumns } from "./link-columns";
import { bindClient } from "./login-check";
import { clientUserOf, joinClient, oneUser } from "./one-user";
import { putQuestion } from "./question";
import { beginSession, endOldest, type NewSession, userOfSession } from "./session-row";

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
  /** What else is written in the same transaction: it is there exactly when the rest is. */
  alsoWrite: (tx: Transaction, completed: Completed) => Promise<readonly Write[]>;
  /** Done in it however it ends. It may undo all of it. */
  end?: (tx: Transaction) => Promise<void>;
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
  | "unfit_id"
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
    return attempt(); // what it has written is there now
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
  const { connection, owner, member, tokens, byKeys, reference } = input;
  await input.end?.(tx);
  const isKept = completion.kind === "done" || completion.kind === "elsewhere";
  if (isKept || byKeys || !member.id) return { completion, dropped: null };
  const authorization = unowned(connection, {
    holder: owner?.user ?? reference,
    member: member.id,
  });
  return { completion, dropped: await queueRevocation(tx, authorization, tokens) };
}

async function write(tx: Transaction, input: CompletionInput): Promise<Completion> {
  const { connection, owner, member } = input;
  if (owner) {
    await lockUser(tx, owner.user); // first: what ends all sessions of a user has locked the user
    const isHere = (await userOfSession(tx, owner.session)) === owner.user;
    if (!isHere) return { kind: "session_changed" };
  } else if (connection.signIn === "never") return { kind: "sign_in_first" };

  const clientUser = clientUserOf(connection, member.id);
  if (clientUser === "unfit") return { kind: "unfit_id" };
  const theirs = clientUser && (await ourUserOf(tx, clientUser, input));
  const found = await lockLink(tx, connection, member, input);
  const refused = await refusalOf(tx, input, found);
  return refused ? { kind: refused } : writeAll(tx, input, found, theirs);
}

/** The client's user who is the person that the company login names. Null where that client is gone, or bound to another issuer. */
async function ourUserOf(
  tx: Transaction,
  clientUser: Theirs["clientUser"],
  { connection, reference }: CompletionInput,
): Promise<Theirs | null> {
  const { clientId } = clientUser;
  if (!(await lockClient(tx, clientId))) return null;
  if (!(await bindClient(tx, clientId, connection))) return null;
  const userId = await oneUser(tx, clientUser, { actor: "user", reference });
  return { clientUser, userId };
}

type Theirs = {
  clientUser: { clientId: string; externalId: string };
  /** Null while there is no such user of ours. */
  userId: string | null;
};

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
    const isAlone = (await tx.account.count({ where: { userId: from } })) === 1;
    if (!found.ofClient && !isAlone) return "member_taken"; // of a client's user only this link moves
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
  theirs: Theirs | null,
): Promise<Completed> {
  const { connection, owner, member, reference, oldSession } = input;
  const { name, email, image } = member;
  const shown = { name, email, image };
  // A member who first signs in gets a user of their own, with this link alone: a client's user may have links of others.
  // The company login is the client's own word for who its user is.
  const isMoved = found !== null && !owner && found.ofClient && !connection.login;
  const known = owner?.user ?? (isMoved ? null : found?.userId) ?? theirs?.userId;
  const userId = known ?? (await linkingAdapter(tx).createUser(shown));
  if (theirs?.userId === null) await joinClient(tx, theirs.clientUser, userId);
  const link = found?.id ?? (await createLink(tx, userId, input));
  const before = oldSession && (await userOfSession(tx, oldSession));
  const begun = owner ? null : beginSession(tx, userId, input);
  const switched = Boolean(before && before !== userId);
  const success = owner ? (found ? "relinked" : "linked") : switched ? "switched" : "signed_in";
  const completed = { kind: "done", success, link, session: begun?.session ?? null } as const;

  const event = recordOf(tx, {
    action: owner ? (found ? "relink" : "link") : "sign_in",
    outcome: "succeeded",
    actor: "user",
    userId,
    accountId: link,
    connection: connection.id,
    requestId: reference,
  });
  const writes = [event, ...(begun?.writes ?? []), ...(await input.alsoWrite(tx, completed))];
  writes.push(...holdIssued(tx, link, connection, input.tokens));
  const told = { id: link, provider: connection.id };
  if (connection.login) {
    // Back ends are told of links, and this is none.
  } else if (!found) writes.push(linkCreated(tx, told));
  else if (owner || isExpectedBack(found)) {
    writes.push(linkEvent(tx, { type: "link.reconnected", link: told }));
  }
  // New tokens replace the old every time: Auth.js by itself keeps the first for ever.
  const moved = isMoved ? { userId } : {};
  if (found) writes.push(renewalOf(tx, link, { ...(await linkColumns(link, input)), ...moved }));
  const isKnown = found !== null || Boolean(theirs?.userId);
  if (isKnown && !owner && !isMoved) writes.push(shownOf(tx, userId, shown, connection));
  const surplus = await together(tx, writes, begun?.surplus);
  if (begun) await endOldest(tx, { userId, reference, surplus });
  if (found) await queueReplaced(tx, { ...found, ...moved });
  if (isMoved) await recordEvent(tx, { ...movedAway(found), requestId: reference });
  return completed;
}

/** For the user whose link it was. */
function movedAway({ id: accountId, userId, provider }: ExistingLink) {
  const about = { userId, accountId, connection: provider };
  return { action: "moved_away", outcome: "succeeded", actor: "user", ...about } as const;
}

/** Whether back ends have been told that its member is needed. Else a sign-in is no news: there are many. */
function isExpectedBack({ toldBroken, toldDays }: ExistingLink) {
  return toldBroken || toldDays !== null;
}

/** What a user is called from now on. What the company login does not tell stays: a client may have. */
function shownOf(
  tx: Transaction,
  userId: string,
  { name, email, image }: Shown,
  { login }: Connection,
): Write {
  const set = Object.entries({ name, email, image }).map(([column, value]) => {
    const to = Prisma.raw(`"${column}"`);
    return login ? Prisma.sql`${to} = coalesce(${value}, ${to})` : Prisma.sql`${to} = ${value}`;
  });
  return Prisma.sql`
    UPDATE ${table(tx, "User")} SET ${Prisma.join(set)}, "updatedAt" = ${moment(new Date())}
    WHERE id = ${userId}`;
}

type Shown = Pick<MemberTokens["member"], "name" | "email" | "image">;

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
