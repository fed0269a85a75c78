import "server-only";
import { recordEvent } from "@/lib/accounts/audit";
import { queueRevocation } from "@/lib/accounts/revocation/queue";
import { revokeSoon } from "@/lib/accounts/revocation/revocations";
import { lockUser } from "@/lib/accounts/tokens/locks";
import { tokenColumns } from "@/lib/accounts/tokens/vault";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import { database, type Transaction } from "@/lib/db/database";
import { isUniqueViolation } from "@/lib/db/unique-violation";
import type { Connection } from "@/lib/portals/connections";
import type { Member } from "@/lib/portals/portal";
import { type FinishedFlow, recordOutcome } from "../flow/consumption";
import type { Flow } from "../flow/flow";
import { pathWith, type Success } from "../flow/problems";
import { newSessionToken, SESSION_SECONDS } from "../session/session";
import { adapterFor } from "./adapter";
import { createLink, renewLink } from "./link-row";
import { putQuestion } from "./question";

export type Completion = { kind: "done"; outcome: FinishedFlow } | { kind: Refused };

/** Why nothing was written; `elsewhere` and `other_member` leave a question open. */
type Refused =
  | "sign_in_first"
  | "session_changed"
  | "other_environment"
  | "member_taken"
  | "elsewhere"
  | "other_member";

export type CompletionInput = MemberTokens & {
  connection: Connection;
  flow: Pick<Flow, "owner" | "expected" | "returnTo" | "stateHash">;
  /** The hash of the session that this browser came with, if it is live. */
  oldSession: string | null;
  reference: string;
  now: Date;
};

/** What is there already under the key of the member who has come back. */
type ExistingLink = { id: string; userId: string; environment: string } | null;

/**
 * What every portal ends in: one transaction that decides whose link this is and writes user, link, session, the old
 * session's end, the audit event and the flow's outcome. All of it or nothing. Nothing here talks to a portal.
 */
export async function complete(trip: CompletionInput): Promise<Completion> {
  const db = await database();
  const attempt = () =>
    db.$transaction((tx) => writeOrDrop(tx, trip), { maxWait: 10_000, timeout: 10_000 });
  const { completion, dropped } = await attempt().catch((error) => {
    if (!isUniqueViolation(error)) throw error;
    return attempt(); // the same member has arrived twice at once: the other's rows are there now
  });
  if (dropped) void revokeSoon([dropped]);
  return completion;
}

/** Another member's tokens go back to the portal, unless a link here lives on the same authorization. */
async function writeOrDrop(tx: Transaction, trip: CompletionInput) {
  const completion = await write(tx, trip);
  const { connection, flow, member, tokens } = trip;
  if (completion.kind !== "other_member" || !flow.owner || !member.id) {
    return { completion, dropped: null };
  }
  const authorization = {
    userId: flow.owner.user,
    accountId: null,
    connection: connection.id,
    environment: connection.environment,
    member: member.id,
    clientId: connection.registration.id,
  };
  return { completion, dropped: await queueRevocation(tx, authorization, tokens) };
}

async function write(tx: Transaction, trip: CompletionInput): Promise<Completion> {
  const { connection, flow } = trip;
  const owner = flow.owner?.user ?? null;
  if (flow.owner) {
    if ((await userOf(tx, flow.owner.session)) !== owner) return { kind: "session_changed" };
    await lockUser(tx, flow.owner.user);
  } else if (connection.signIn === "never") return { kind: "sign_in_first" };

  const key = keyOf(trip, owner);
  const before = await findLink(tx, connection, key);
  // The user before the link, as everybody who changes links: in another order, two could wait for each other.
  if (!owner && before) await lockUser(tx, before.userId);
  const found = await findLink(tx, connection, key);
  const refused = await refusalOf(tx, trip, { key, found });
  if (refused) return { kind: refused };

  const userId = owner ?? found?.userId ?? (await createUser(tx, trip.member));
  const link = { found, userId, key };
  return { kind: "done", outcome: await writeAll(tx, trip, link) };
}

function findLink(
  tx: Transaction,
  { id: provider }: Connection,
  key: string,
): Promise<ExistingLink> {
  return tx.account.findUnique({
    where: { provider_providerAccountId: { provider, providerAccountId: key } },
    select: { id: true, userId: true, environment: true },
  });
}

/** Whether this member may be linked to the user who set out; a sign-in always may. */
async function refusalOf(
  tx: Transaction,
  trip: CompletionInput,
  { key, found }: { key: string; found: ExistingLink },
): Promise<Refused | null> {
  const { connection, flow, reference, now } = trip;
  if (found && found.environment !== connection.environment) return "other_environment";
  if (!flow.owner) return null;
  const addressee = { session: flow.owner.session, reference };
  const about = { connection: connection.id };
  if (found && found.userId !== flow.owner.user) {
    const from = found.userId;
    if ((await tx.account.count({ where: { userId: from } })) > 1) return "member_taken";
    const tokens = await tokenColumns(found.id, trip.tokens);
    const question = { kind: "elsewhere" as const, ...about, link: found.id, from, tokens };
    await putQuestion(tx, addressee, question, now);
    return "elsewhere";
  }
  if (await isExpected(tx, trip, { key, found, owner: flow.owner.user })) return null;
  await putQuestion(tx, addressee, { kind: "other_member", ...about, member: key }, now);
  return "other_member";
}

/** A link's member is pinned: another does not slip in beside it unless the user has asked for that. */
async function isExpected(
  tx: Transaction,
  { connection, flow: { expected } }: CompletionInput,
  { key, found, owner }: { key: string; found: ExistingLink; owner: string },
) {
  const { id: provider, environment } = connection;
  switch (expected.who) {
    case "another":
      return true;
    case "this":
      return found !== null || key === expected.member;
    case "first":
      return (
        found !== null ||
        (await tx.account.count({ where: { userId: owner, provider, environment } })) === 0
      );
    case "same":
      return (
        found?.id === expected.link ||
        (await tx.account.count({ where: { id: expected.link, userId: owner } })) === 0
      );
  }
}

async function writeAll(
  tx: Transaction,
  trip: CompletionInput,
  { found, userId, key }: { found: ExistingLink; userId: string; key: string },
): Promise<FinishedFlow> {
  const { connection, flow, member, now, reference, oldSession } = trip;
  const linking = flow.owner !== null;
  const accountId = found
    ? await renewLink(tx, found.id, trip)
    : await createLink(tx, { userId, key }, trip);
  if (found && !linking) await tx.user.update({ where: { id: userId }, data: shownOf(member) });

  const before = oldSession && (await userOf(tx, oldSession));
  const session = linking ? null : await replaceSession(tx, userId, trip);
  const switched = Boolean(before && before !== userId);
  await recordEvent(tx, {
    action: linking ? (found ? "relink" : "link") : "sign_in",
    outcome: "succeeded",
    actor: "user",
    userId,
    accountId,
    connection: connection.id,
    requestId: reference,
  });

  const success = successOf({ linking, found, switched });
  const location = pathWith(flow.returnTo, { kind: "success", success, connection: connection.id });
  const outcome = { location, session };
  await recordOutcome(tx, flow.stateHash, outcome, now);
  return outcome;
}

/**
 * What a link is found by: the portal's own id of the member. Where the portal names none, a user has one link at each
 * connection and environment.
 */
function keyOf({ connection, member }: CompletionInput, owner: string | null) {
  const key = member.id ?? (owner && `${connection.environment}:${owner}`);
  if (!key) throw new Error(`${connection.id} does not say who is there`);
  return key;
}

async function createUser(tx: Transaction, member: Member) {
  // The adapter wants an id and an address; it lets the database make the one and we know nobody by the other.
  const user = await adapterFor(tx).createUser({
    ...shownOf(member),
    id: "",
    email: member.email as string,
    emailVerified: null,
  });
  return user.id;
}

/** The session this browser had is over, whoever it was, in the same breath as the new one begins. */
async function replaceSession(
  tx: Transaction,
  userId: string,
  { oldSession, now }: CompletionInput,
) {
  const token = newSessionToken();
  const expires = new Date(now.getTime() + SESSION_SECONDS * 1000);
  const stale = [{ expires: { lt: now } }, ...(oldSession ? [{ sessionToken: oldSession }] : [])];
  await tx.session.deleteMany({ where: { OR: stale } });
  await adapterFor(tx).createSession({ sessionToken: token, userId, expires });
  return { token, expires };
}

async function userOf(tx: Transaction, sessionToken: string) {
  const session = await tx.session.findUnique({
    where: { sessionToken },
    select: { userId: true },
  });
  return session?.userId ?? null;
}

function successOf(what: { linking: boolean; found: ExistingLink; switched: boolean }): Success {
  if (what.linking) return what.found ? "relinked" : "linked";
  return what.switched ? "switched" : "signed_in";
}

function shownOf({ name, email, image }: Member) {
  return { name, email, image };
}
