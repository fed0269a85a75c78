import "server-only";
import { OAuthError } from "@/lib/oauth/errors";
import type { TokenSet } from "@/lib/oauth/tokens";
import { readJson, send } from "@/lib/oauth/transport";
import { addressOf, type Connection } from "@/lib/portals/connections";
import type { Evidence, Member } from "@/lib/portals/portal";
import { requestHeaders } from "./headers";

/** A record that is only useful may not delay a sign-in. */
const USEFUL_RECORD_DEADLINE_MS = 3_000;

/**
 * Asks the portal whose tokens these are; where it has a member record, also the proof that they work.
 * @param told claims of the ID token and userinfo, where the portal has them, and what else came with the tokens
 * @throws {OAuthError} `invalid_token` when the portal refuses the token, `unexpected` when it names no member
 */
export async function fetchMember(
  connection: Connection,
  tokens: TokenSet,
  told: Omit<Evidence, "record">,
): Promise<Member> {
  const record = await fetchRecord(connection, tokens, told.claims);
  return readMember(connection, { ...told, record });
}

/** Reads what a portal says about a member. @throws {OAuthError} `unexpected` when it does not say who they are */
export function readMember({ portal: { member } }: Connection, evidence: Evidence): Member {
  const read = attempt(() => member.read(evidence));
  if (read instanceof Error || (member.identified && read.id === null)) {
    const sentence = "The portal's answer does not say who the member is";
    throw new OAuthError("unexpected", sentence, {}, read);
  }
  return read;
}

function attempt(read: () => Member): Member | Error {
  try {
    return read();
  } catch (error) {
    return error instanceof Error ? error : new Error("not read", { cause: error });
  }
}

/** Without verified claims the record is the only evidence, however useful it was meant to be. */
async function fetchRecord(
  connection: Connection,
  tokens: TokenSet,
  claims: Evidence["claims"],
): Promise<Evidence["record"]> {
  const { portal } = connection;
  if (portal.member.record === "none") return null;
  const useful = portal.member.record === "useful" && claims !== null;
  const url = addressOf(connection, "MEMBER");
  const headers = requestHeaders(connection, tokens, { method: "GET", url });
  try {
    const answer = await send({
      url,
      headers,
      ...(useful && { deadline: USEFUL_RECORD_DEADLINE_MS }),
    });
    return { body: readJson(answer, portal), headers: answer.headers };
  } catch (error) {
    if (useful && error instanceof OAuthError) return null;
    throw error;
  }
}
