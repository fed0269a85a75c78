import "server-only";
import type { z } from "zod";
import { findListedLink } from "@/lib/accounts/clients/listed-links";
import type { ServiceKey } from "@/lib/accounts/clients/service-keys";
import { type ConnectSession, waitingOf } from "@/lib/accounts/connect/sessions";
import { linkAnswer } from "./answers";
import type { ConnectSessionAnswer } from "./connect-schemas";

/** What calls about connect sessions find out, by its names on the wire. */

export async function sessionAnswer(
  key: ServiceKey,
  session: ConnectSession,
): Promise<z.infer<typeof ConnectSessionAnswer>> {
  return {
    id: session.id,
    status: session.status,
    expires_at: session.expiresAt.toISOString(),
    waiting: (await waitingOf(session)).map((connection) => ({ connection })),
    problems: Object.entries(session.problems).map(([connection, problem]) => ({
      connection,
      problem,
    })),
    links: session.status === "finished" ? await linkAnswers(key, session.links) : [],
  };
}

/** Links that a session was finished with, as far as the client may still see them. */
export async function linkAnswers(key: ServiceKey, ids: readonly string[]) {
  const links = await Promise.all(ids.map((id) => findListedLink(key, id)));
  return links.flatMap((link) => (link ? [linkAnswer(link)] : []));
}
