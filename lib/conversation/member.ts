import "server-only";
import { readJson } from "@/lib/oauth/answer";
import { OAuthError } from "@/lib/oauth/errors";
import type { TokenSet } from "@/lib/oauth/tokens";
import { type Answer, send } from "@/lib/oauth/transport";
import { addressOf, type Connection } from "@/lib/portals/connections";
import { loginKey } from "@/lib/portals/login";
import type { Evidence, Member } from "@/lib/portals/portal";
import { requestHeaders } from "./headers";

/** A record that is only useful may not delay a sign-in. */
const USEFUL_RECORD_DEADLINE_MS = 3_000;

/** A member; `untried` as long as the portal has answered no call with their tokens: these are not known to work. */
export type SeenMember = Member & { untried?: boolean };

/**
 * Asks the portal whose tokens these are; where it has a member record, also the proof that they work.
 * @param told claims of the ID token and userinfo, where the portal has them, and what else came with the tokens
 * @param isProof whether the record is needed, however useful it was meant to be: nothing else proves that the tokens work
 * @throws {OAuthError} `invalid_token` when the portal refuses the token, `unexpected` when it names no member
 */
export async function fetchMember(
  connection: Connection,
  tokens: TokenSet,
  told: Omit<Evidence, "record">,
  { isProof = false } = {},
): Promise<SeenMember> {
  const record = await fetchRecord(connection, tokens, { claims: told.claims, isProof });
  return { ...readMember(connection, { ...told, record }), untried: record === null };
}

/** Reads what a portal says about a member. @throws {OAuthError} `unexpected` when it does not say who they are */
export function readMember(connection: Connection, evidence: Evidence): Member {
  const { member } = connection.portal;
  const read = attempt(() => member.read(evidence));
  if (read instanceof Error || (member.identified && read.id === null)) {
    const sentence = "The portal's answer does not say who the member is";
    throw new OAuthError("unexpected", sentence, {}, read);
  }
  return read.id === null ? read : { ...read, id: keyOf(connection, read.id) };
}

/**
 * What a member is known by here. The issuer of a login, which each deployment names, decides what its ids mean, so it is part
 * of them: another issuer's `sub` is another person.
 */
function keyOf({ login, issuer }: Connection, id: string) {
  return login && issuer ? loginKey(issuer, id) : id;
}

function attempt(read: () => Member): Member | Error {
  try {
    return read();
  } catch (error) {
    return error instanceof Error ? error : new Error("not read", { cause: error });
  }
}

/** Where the portal names its members by this record alone, it is needed, however useful it was meant to be. */
async function fetchRecord(
  connection: Connection,
  tokens: TokenSet,
  { claims, isProof }: Pick<Evidence, "claims"> & { isProof: boolean },
): Promise<Evidence["record"]> {
  const { record, identified } = connection.portal.member;
  if (record === "none") return null;
  const useful = !isProof && record === "useful" && (claims !== null || !identified);
  const url = addressOf(connection, "MEMBER");
  const headers = requestHeaders(connection, tokens, { method: "GET", url });
  try {
    const answer = await send({
      url,
      headers,
      ...(useful && { deadline: USEFUL_RECORD_DEADLINE_MS }),
    });
    return readRecord(connection, answer);
  } catch (error) {
    if (useful && error instanceof OAuthError) return null;
    throw error;
  }
}

/**
 * The answer of a member address.
 * @throws {OAuthError} `unexpected` when it is not the documented one: a page in maintenance has status 200 too
 */
export function readRecord(
  { portal }: Connection,
  answer: Answer,
): NonNullable<Evidence["record"]> {
  const record = { body: readJson(answer, portal), headers: answer.headers };
  if (isDocumented(portal.member, record)) return record;
  const { status } = answer;
  throw new OAuthError("unexpected", "The answer is not the documented record", { status });
}

function isDocumented(
  { isAnswer, read, record: kind }: Connection["portal"]["member"],
  record: NonNullable<Evidence["record"]>,
) {
  if (isAnswer) return isAnswer(record.body);
  return kind === "none" || !(attempt(() => read({ claims: null, record })) instanceof Error);
}
