import "server-only";
import { type Finished, finishSession } from "@/lib/accounts/connect/finish";
import type { Call } from "../call";
import { linkAnswers } from "../connect-answers";
import { FinishedSession, FinishRequest, SessionId } from "../connect-schemas";
import { grantedLink } from "../examples";
import type { ApiRequest } from "../exchange";
import { readBody } from "../input";
import { bodyOf, pathParameter, responses, usual, withBody } from "../operation";
import { type CallResult, noSuchSession } from "../respond";
import { type Caller, serve } from "../serve";

export const finish: Call = {
  method: "POST",
  path: "/api/v1/connect-sessions/{id}/finish",
  answer: (request, id) => serve(request, "connect", (caller) => answer(request, id, caller)),
  operation: {
    operationId: "finishConnectSession",
    tags: ["connect sessions"],
    summary: "Make active what came of a session",
    description:
      "After you have authenticated the person who came to your `return_url`, and with that person's id. A code or a verifier that is wrong changes nothing, the fifth time it destroys the session; so does another id, and coming too late. The same call again within ten minutes has the same answer.",
    parameters: [pathParameter("id", SessionId)],
    requestBody: bodyOf(FinishRequest, {
      required: true,
      examples: {
        usual: {
          code: "p2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cME9Melho",
          external_id: "agent-4711",
          verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        },
      },
    }),
    responses: responses(FinishedSession, "The links.", {
      examples: { links: { links: [grantedLink] } },
      problems: [...withBody, "not_finished", ...usual],
    }),
  },
};

async function answer(request: ApiRequest, id: string, { key, requestId }: Caller) {
  const body = await readBody(request, FinishRequest);
  if (!body.ok) return body.problem;
  const known = SessionId.safeParse(id).data;
  if (!known || key.client === null) return noSuchSession;
  const { code, external_id: externalId, verifier } = body.value;
  const finished = await finishSession(
    key.client,
    known,
    { code, externalId, verifier: verifier ?? null },
    { actor: `key:${key.id}`, reference: requestId },
  );
  if (finished.kind === "absent") return noSuchSession;
  if (finished.kind === "refused") return refused(finished);
  return { body: { links: await linkAnswers(key, finished.links) } };
}

const reasons = {
  wrong: "The code is not the one of the last way back, or the verifier is not the challenge's.",
  destroyed: "Code or verifier were wrong too often. The session is destroyed.",
  other_user: "The session was begun for another user. It is destroyed.",
  grant_ended:
    "The link that was to be connected again is no longer granted. The session is destroyed.",
  over: "The session is over.",
} as const;

function refused({ why }: Extract<Finished, { kind: "refused" }>): CallResult {
  return { problem: "not_finished", detail: reasons[why] };
}
