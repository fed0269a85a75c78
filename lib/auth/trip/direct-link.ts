import "server-only";
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { recordEvent } from "@/lib/accounts/audit";
import { exchangePassword, type MemberTokens, proveTokens } from "@/lib/conversation/code-exchange";
import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/database";
import type { Connection } from "@/lib/portals/connections";
import type { KeysToPaste } from "@/lib/portals/portal";
import { log, traceOf } from "@/lib/process/log";
import { newReference } from "@/lib/process/reference";
import { TooManyRequests } from "@/lib/process/too-many-requests";
import { completeTrip } from "../flow/complete-trip";
import { exchangeFailure, type Failure, reportFailure } from "../flow/failure";
import { bareProblem, type Problem, pathWith } from "../flow/problems";
import type { LiveSession } from "../session/session";
import { countByHand } from "./by-hand";
import type { Counted } from "./counters";
import { countTry } from "./tries";

/** Links that lead through no page of the portal's, for registrations that are allowed it. */

type DirectLinkRequest = {
  session: LiveSession;
  connection: Connection;
  fields: Record<string, unknown>;
};

const Password = z.object({
  username: z.string().trim().min(1).max(320),
  password: z.string().min(1).max(1024),
});

const token = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]{0,8192}$/);

const optionalToken = token.optional().transform((value) => value || null);

/** What the form of a connection's keys must hold; what its portal does not hand out is not looked at. */
function keysSchema(keys: KeysToPaste) {
  return z.object({
    access_token: token.min(1),
    refresh_token: keys.includes("refresh_token") ? optionalToken : absent,
    token_secret: keys.includes("token_secret") ? token.min(1) : absent,
  });
}

const absent = z
  .unknown()
  .optional()
  .transform(() => null);

/**
 * Links with a member's name and password, RFC 6749 section 4.3. They are sent once and kept nowhere.
 * @returns the page it ends on
 */
export async function linkWithPassword({
  session,
  connection,
  fields,
}: DirectLinkRequest): Promise<string> {
  const end = failureEnd(connection);
  if (!connection.passwordGrant) return end({ problem: "not_offered" });
  const given = Password.safeParse(fields);
  if (!given.success) return end({ problem: "wrong_password" });
  const tried = { action: "type_password", name: given.data.username } as const;
  return link({ session, connection, tried }, "wrong_password", () =>
    exchangePassword(connection, given.data),
  );
}

/**
 * Links with tokens that the portal handed out beforehand, once it has said whose they are.
 * @returns the page it ends on
 */
export async function linkWithTokens({
  session,
  connection,
  fields,
}: DirectLinkRequest): Promise<string> {
  const end = failureEnd(connection);
  const { linkByKeys } = connection.portal;
  if (!linkByKeys) return end({ problem: "not_offered" });
  const given = keysSchema(linkByKeys).safeParse(fields);
  if (!given.success) return end({ problem: "wrong_tokens" });
  const { access_token: accessToken, refresh_token, token_secret } = given.data;
  const tried = { action: "paste_keys", name: null } as const;
  return link({ session, connection, tried }, "wrong_tokens", () =>
    proveTokens(connection, {
      accessToken,
      refreshToken: refresh_token,
      tokenSecret: token_secret,
    }),
  );
}

type DirectLink = Pick<DirectLinkRequest, "session" | "connection"> & {
  tried: { action: "type_password" | "paste_keys"; name: string | null };
};

async function link(
  { session, connection, tried }: DirectLink,
  notAccepted: Problem,
  exchange: () => Promise<MemberTokens>,
): Promise<string> {
  const reference = newReference();
  const end = failureEnd(connection, reference);
  let counted: Counted;
  try {
    await countByHand(session.user.id);
  } catch (error) {
    if (error instanceof TooManyRequests) {
      const about = { connection: connection.id };
      return pathWith("/dashboard", bareProblem("too_many_requests", about));
    }
    return end({ problem: "unavailable", detail: traceOf(error) });
  }
  try {
    const portal = `${connection.portal.id} ${connection.environment}`; // one login for all its choices
    const about = { user: session.user.id, portal, name: tried.name };
    counted = await countTry(about, await databaseNow());
  } catch (error) {
    if (error instanceof TooManyRequests) return end({ problem: "too_many_tries" });
    return end({ problem: "unavailable", detail: traceOf(error) });
  }
  let memberTokens: MemberTokens;
  try {
    memberTokens = await exchange();
  } catch (error) {
    const failure = exchangeFailure(error);
    if (NOT_JUDGED.includes(failure.problem)) await counted.takeBack();
    else await recordRefusal({ session, connection, tried }, reference);
    const wrong = ["invalid_grant", "invalid_token", "expired_token"].includes(failure.problem);
    return end(wrong ? { ...failure, problem: notAccepted } : failure);
  }
  await counted.takeBack();
  const flow = {
    owner: { user: session.user.id, session: session.hash },
    expected: { who: "another" },
    returnTo: "/dashboard",
    connectSession: null,
    state: randomUUID(), // no browser comes back with it
  } as const;
  const trip = { flow, oldSession: session.hash, reference };
  const byKeys = tried.action === "paste_keys";
  const ended = await completeTrip(connection, trip, memberTokens, { byKeys });
  return "location" in ended ? ended.location : end(ended);
}

/** The portal did not look at what was tried: that counts as no try. */
const NOT_JUDGED: readonly Problem[] = ["unreachable", "timed_out", "rate_limited", "failing"];

/** Under whose session it was tried and where; not what was typed. */
async function recordRefusal(
  { session, connection, tried: { action } }: DirectLink,
  reference: string,
) {
  try {
    await recordEvent(await database(), {
      action,
      outcome: "refused",
      actor: "user",
      userId: session.user.id,
      connection: connection.id,
      requestId: reference,
    });
  } catch (error) {
    log("error", "try.not_recorded", { reference, ...traceOf(error) });
  }
}

/** Tells a failure on the dashboard, and the log. */
function failureEnd({ id }: Connection, reference = newReference()) {
  const about = { connection: id, mode: null, reference };
  return (failure: Failure) => {
    reportFailure(failure, about);
    return pathWith("/dashboard", { kind: "problem", problem: failure.problem, ...about });
  };
}
