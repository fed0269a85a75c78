import "server-only";
import { lastUser } from "../session/last-user";
import type { LiveSession } from "../session/session";
import { visitorAddress } from "../session/visitor-address";
import { refusedCodes } from "./refused-codes";

/** Who goes to a portal or comes back, as far as it is known before the portal has said it. */
export type Visitor =
  /** Has signed in here in this browser, now or before. */
  | { kind: "known"; user: string }
  | {
      kind: "new";
      /** Null where no proxy says it. */
      address: string | null;
      /** When codes of this browser were refused lately, in milliseconds since 1970. */
      refusedAt: number[];
    };

type VisitorRequest = {
  cookies: { get(name: string): { value: string } | undefined };
  headers: Headers;
};

/** @param session the live session of this browser */
export async function visitorOf(
  { cookies, headers }: VisitorRequest,
  session: LiveSession | null,
  now: Date,
): Promise<Visitor> {
  const user = session?.user.id ?? (await lastUser(cookies));
  if (user !== null) return { kind: "known", user };
  const refusedAt = await refusedCodes(cookies, now);
  return { kind: "new", address: visitorAddress(headers), refusedAt };
}
