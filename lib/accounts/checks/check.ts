import "server-only";
import { isPassing, type Probe, probe } from "@/lib/conversation/probe";
import { BUSY, inTurn } from "@/lib/conversation/turn";
import { databaseNow } from "@/lib/db/clock";
import { database } from "@/lib/db/database";
import { transaction } from "@/lib/db/transaction";
import { inParallel } from "@/lib/process/in-parallel";
import { newReference } from "@/lib/process/reference";
import { recordEvent } from "../audit";
import { tellBroken, tellRecovered } from "../events/broken";
import { tellOfPortal } from "../events/portals";
import {
  type FreshToken,
  freshToken,
  nearsItsEnd,
  type TokenOptions,
} from "../refresh/fresh-token";
import {
  connectionOf,
  type LinkRow,
  onlyLinks,
  openTokens,
  type ReadLink,
  readLink,
} from "../tokens/link-tokens";
import { claimCheck, releaseCheck, waitForCheck } from "./claim";

/** How long a page waits for a check that another process has begun. */
const PATIENCE_MS = 20_000;

/** Of one user's links. */
const AT_ONCE = 4;

export type Check =
  /** The portal has been asked. */
  | {
      kind: "checked";
      connection: string;
      /** `ok`, or what is wrong in one word. */
      outcome: string;
      retryAfter: number | null;
      clockAhead: number | null;
      /** Set where it was refreshed because its refresh token neared its end. */
      keptAlive?: true;
    }
  /** There was nothing to ask it with, or no time yet. */
  | {
      kind: "not_asked";
      connection: string;
      reason: string;
      /** In seconds, where the portal is left alone by all who would ask it. */
      retryAfter: number | null;
      keptAlive?: true;
    }
  /** Another process is checking it, or has just done so. */
  | { kind: "elsewhere" }
  /** There is no such link. */
  | { kind: "absent" };

/**
 * Shows a link's token to its portal, refreshed if it is due, and writes down what came of it. One at a time for each link,
 * however many processes want it.
 * @param before only a link that was not checked since this
 */
export async function checkLink(id: string, before: Date | null = null): Promise<Check> {
  const claim = await claimCheck(id, before);
  if (!claim) return (await readLink(id)) ? { kind: "elsewhere" } : { kind: "absent" };
  try {
    return await examine(id);
  } finally {
    await releaseCheck(claim);
  }
}

/** As `checkLink`, for a page that shows the link: resolves when its check is over, also one that another process makes. */
export async function checkNow(id: string): Promise<Check> {
  const check = await checkLink(id);
  if (check.kind === "elsewhere") await waitForCheck(id, PATIENCE_MS);
  const isLeftAlone = check.kind === "not_asked" && check.retryAfter !== null;
  if (isLeftAlone && check.reason !== BUSY) await putOnHold(id, check.reason);
  return check;
}

/** A portal that is left alone was not asked; the page does not go on saying that the link works. */
async function putOnHold(id: string, reason: string) {
  const db = await database();
  await db.account.updateMany({
    where: { id, checkOutcome: "ok" },
    data: { checkOutcome: reason },
  });
}

/** Checks a user's links, all or the one that is named, and no other user's. */
export async function checkLinksOf(user: { id: string }, link: string | null): Promise<void> {
  const db = await database();
  const links = await db.account.findMany({
    where: { userId: user.id, ...onlyLinks, ...(link !== null && { id: link }) },
    orderBy: { checkedAt: { sort: "asc", nulls: "first" } },
    select: { id: true },
  });
  await inParallel(links, AT_ONCE, ({ id }) => checkNow(id));
}

/**
 * As `freshToken`. But where only the member can renew a token, the portal is asked before a caller's word that the
 * token was refused is believed. So one faulty worker cannot break a link.
 */
export async function confirmedToken(
  id: string,
  wish: TokenOptions = {},
  read: ReadLink = readLink,
): Promise<FreshToken | null> {
  const answer = await freshToken(id, wish, read);
  if (answer?.kind !== "reconnect_needed" || !isUnconfirmed(answer)) return answer;
  const check = await checkNow(id);
  if (check.kind === "checked" && check.outcome !== "ok" && !isRefusal(check.outcome)) {
    const { outcome: reason, retryAfter } = check;
    return { kind: "portal_unavailable", link: answer.link, reason, retryAfter };
  }
  if (check.kind === "not_asked" && check.retryAfter !== null) {
    const { reason, retryAfter } = check;
    return { kind: "portal_unavailable", link: answer.link, reason, retryAfter };
  }
  return freshToken(id, { ...wish, rejectedGeneration: null }, read);
}

/** The portal has not said so, only the caller. */
function isUnconfirmed({ reason, link }: Extract<FreshToken, { kind: "reconnect_needed" }>) {
  return reason === "invalid_token" && link.reconnectReason === null;
}

async function examine(id: string): Promise<Check> {
  const link = await readLink(id);
  const shown = link && (await tokenToShow(link));
  if (!shown) return { kind: "absent" };
  const check = await examineShown(shown);
  const isKeptAlive = await wasKeptAlive(link, shown);
  return isKeptAlive && "connection" in check ? { ...check, keptAlive: true } : check;
}

async function wasKeptAlive(before: LinkRow, { link: after }: FreshToken): Promise<boolean> {
  const connection = connectionOf(before);
  if (!connection || after.generation === before.generation) return false;
  return nearsItsEnd(before, connection, await databaseNow());
}

async function examineShown(shown: FreshToken): Promise<Check> {
  const connection = shown.link.provider;
  const notAsked = { kind: "not_asked", connection, retryAfter: null } as const;
  if (shown.kind !== "fresh") {
    if (shown.kind === "reconnect_needed") await tellFound(shown);
    const leftAlone = shown.kind === "portal_unavailable" && shown.leftAlone;
    return {
      ...notAsked,
      reason: shown.reason,
      ...(leftAlone && { retryAfter: shown.retryAfter }),
    };
  }
  if (!shown.connection.endpoints.MEMBER) return { ...notAsked, reason: "nothing_to_read" };
  const seen = await show(shown);
  if (seen.kind === "left_alone") return { ...seen, kind: "not_asked", connection };
  if (isRejected(seen, shown.link)) return showAnother(shown.link, seen);
  await record(shown.link, seen.outcome);
  return { ...seen, connection };
}

/** What time or our settings alone have broken, nothing has told yet. Where a connection is not set up, no one can reconnect. */
async function tellFound({ link, reason }: Extract<FreshToken, { kind: "reconnect_needed" }>) {
  if (!link.toldBroken && reason !== "not_offered")
    await transaction((tx) => tellBroken(tx, link, reason));
}

/** Shows a token to its portal, when it is its turn. */
async function show({ connection, tokens }: Extract<FreshToken, { kind: "fresh" }>) {
  const turn = await inTurn(connection, {
    ask: () => probe(connection, tokens),
    answerOf: ({ outcome, retryAfter }) => ({ code: outcome, retryAfter }),
    tell: tellOfPortal,
  });
  return turn.kind === "left_alone" ? turn : ({ kind: "checked", ...turn.result } as const);
}

/**
 * As `freshToken` has it, and kept alive: no other process looks at a link that its back end never asks for. Or one that was
 * refused for good, since portals have been wrong.
 */
async function tokenToShow(link: LinkRow): Promise<FreshToken | null> {
  const connection = connectionOf(link);
  if (connection && isRefusedForGood(link)) {
    return { kind: "fresh", link, connection, tokens: await openTokens(link) };
  }
  return freshToken(link.id, { keepAlive: true });
}

/** What the portal says of the token, rather than of us, of the request or of itself. */
function isRefusal(outcome: string) {
  return outcome === "invalid_token" || outcome === "expired_token";
}

function isRefusedForGood({ reconnectReason, refresh_token }: LinkRow) {
  return refresh_token === null && reconnectReason !== null && isRefusal(reconnectReason);
}

/** Whether another token may help. One that is refused though it is new is asked for only once. */
function isRejected({ outcome }: Probe, { checkOutcome }: LinkRow) {
  return isRefusal(outcome) && outcome !== checkOutcome;
}

/** One refresh, and one more question with what it has brought. */
async function showAnother(refused: LinkRow, seen: Probe): Promise<Check> {
  const connection = refused.provider;
  const renewed = await freshToken(refused.id, { rejectedGeneration: refused.generation });
  if (!renewed) return { kind: "absent" };
  if (renewed.kind === "fresh") {
    const second = await show(renewed);
    if (second.kind === "left_alone") return { ...second, kind: "not_asked", connection };
    await record(renewed.link, second.outcome);
    return { ...second, connection };
  }
  if (renewed.kind === "reconnect_needed" && renewed.link.reconnectReason === null) {
    await record(renewed.link, seen.outcome);
    return { kind: "checked", connection, ...seen };
  }
  // What came of the refresh has been written by the process that made it.
  const retryAfter = renewed.kind === "portal_unavailable" ? renewed.retryAfter : null;
  return { kind: "checked", connection, ...seen, outcome: renewed.reason, retryAfter };
}

/**
 * Writes an outcome down, unless the link has other tokens by now. What cannot be renewed and is refused is broken. That, and
 * every recovery, goes into the record of what happened.
 */
async function record(link: LinkRow, outcome: string) {
  const { id, generation } = link;
  const broken = link.refresh_token === null && isRefusal(outcome);
  const mended = outcome === "ok" && isRefusedForGood(link);
  const write = {
    where: { id, generation },
    data: {
      checkedAt: await databaseNow(),
      checkOutcome: outcome,
      ...((broken || mended) && { reconnectReason: broken ? outcome : null }),
    },
  };
  const happened = changeOf(link, outcome);
  const told = newsOf(link, outcome);
  if (!happened && !told) {
    const db = await database(); // most checks end here, and a transaction costs as much as the rest
    await db.account.updateMany(write);
    return;
  }
  await transaction(async (tx) => {
    const { count } = await tx.account.updateMany(write);
    if (count === 0) return;
    if (told === "broken") await tellBroken(tx, link, outcome);
    if (told === "recovered") await tellRecovered(tx, link);
    if (!happened) return;
    await recordEvent(tx, {
      action: "check",
      outcome: happened,
      actor: "system",
      userId: link.userId,
      accountId: id,
      connection: link.provider,
      requestId: newReference(),
    });
  });
}

/** What an outcome changes in what back ends have been told. A registration that is not accepted no member can mend. */
function newsOf({ toldBroken }: LinkRow, outcome: string) {
  if (outcome === "ok") return toldBroken ? "recovered" : null;
  return toldBroken || isPassing(outcome) || outcome === "invalid_client" ? null : "broken";
}

/** What an outcome changes for a link, as its user sees it; null when it goes on as it was. */
function changeOf({ checkOutcome }: LinkRow, outcome: string) {
  const before = checkOutcome ?? "ok";
  if (before === outcome) return null;
  if (outcome === "ok") return "recovered";
  return isPassing(outcome) ? null : "broken";
}
