import "server-only";
import { findSession } from "@/lib/accounts/connect/sessions";
import type { Call } from "../call";
import { sessionAnswer } from "../connect-answers";
import { ConnectSessionAnswer, SessionId } from "../connect-schemas";
import { grantedLink } from "../examples";
import { pathParameter, responses, usual } from "../operation";
import { type CallResult, noSuchSession } from "../respond";
import { type Caller, serve } from "../serve";

export const connectSession: Call = {
  method: "GET",
  path: "/api/v1/connect-sessions/{id}",
  answer: (request, id) => serve(request, "connect", (caller) => answer(id, caller)),
  operation: {
    operationId: "getConnectSession",
    tags: ["connect sessions"],
    summary: "What a session has come to",
    description: "Until a day after its end; then it is 404.",
    parameters: [pathParameter("id", SessionId)],
    responses: responses(ConnectSessionAnswer, "The session.", {
      examples: {
        waiting: {
          id: "cs_3q2-8J4mX0aZ1bC5dE7fGg",
          status: "waiting",
          expires_at: "2026-11-28T09:30:00.000Z",
          waiting: [{ connection: "homes-city" }],
          problems: [{ connection: "homes-north", problem: "access_denied" }],
          links: [],
        },
        finished: {
          id: "cs_3q2-8J4mX0aZ1bC5dE7fGg",
          status: "finished",
          expires_at: "2026-11-28T09:21:00.000Z",
          waiting: [],
          problems: [],
          links: [grantedLink],
        },
      },
      problems: ["not_found", ...usual],
    }),
  },
};

async function answer(id: string, { key }: Caller): Promise<CallResult> {
  const known = SessionId.safeParse(id).data;
  const session = known && key.client !== null && (await findSession(key.client, known));
  return session ? { body: await sessionAnswer(key, session) } : noSuchSession;
}
