import "server-only";
import type { z } from "zod";
import { beginSession } from "@/lib/accounts/clients/begin-session";
import { settings } from "@/lib/env";
import type { Call } from "../call";
import { sessionAnswer } from "../connect-answers";
import { ConnectSessionRequest, NewConnectSession } from "../connect-schemas";
import type { ApiRequest } from "../exchange";
import { readBody } from "../input";
import { bodyOf, responses, usual, withBody } from "../operation";
import { type CallResult, invalid, noSuchLink } from "../respond";
import { type Caller, serve } from "../serve";

export const connectSessions: Call = {
  method: "POST",
  path: "/api/v1/connect-sessions",
  answer: (request) => serve(request, "connect", (caller) => answer(request, caller)),
  operation: {
    operationId: "createConnectSession",
    tags: ["connect sessions"],
    summary: "An address at which a user of yours links portals",
    description:
      "Send the browser of your user to `url`. They come back to `return_url` with `session`, `status` and, where something was linked, `code` in its query. For a client's keys only.",
    requestBody: bodyOf(ConnectSessionRequest, {
      required: true,
      examples: {
        portals: {
          user: { external_id: "agent-4711", name: "Anna Peeters", email: "anna@example.com" },
          connections: ["homes-city"],
          language: "pl",
          return_url: "https://crm.example/portals",
          challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        },
        reconnect: {
          user: { external_id: "agent-4711" },
          link: "4022965e-0c1f-4a3a-9d0e-6a8f0f1c2b3d",
          return_url: "https://crm.example/portals",
        },
      },
    }),
    responses: responses(NewConnectSession, "The session, and the address of its page.", {
      status: 201,
      examples: {
        session: {
          id: "cs_3q2-8J4mX0aZ1bC5dE7fGg",
          url: "https://portico.example/connect/s/m3Y1oXkqf0aZ1bC5dE7fGgm3Y1oXkqf0aZ1bC5dE7fG",
          status: "open",
          expires_at: "2026-11-28T09:15:00.000Z",
        },
      },
      problems: [...withBody, ...usual],
    }),
  },
};

async function answer(request: ApiRequest, { key }: Caller): Promise<CallResult> {
  const body = await readBody(request, ConnectSessionRequest);
  if (!body.ok) return body.problem;
  const { user, connections, link, language, return_url, challenge, expires_in } = body.value;
  const begun = await beginSession(key, {
    user: { externalId: user.external_id, name: user.name ?? null, email: user.email ?? null },
    connections: connections ?? null,
    link: link ?? null,
    language: language ?? null,
    returnUrl: return_url,
    challenge: challenge ?? null,
    seconds: expires_in ?? 900,
  });
  if (begun.kind === "no_such_link") return noSuchLink;
  if (begun.kind === "invalid") return invalid(begun.errors);
  const { id, status, expires_at } = await sessionAnswer(key, begun.session);
  const url = `${settings().origin}/connect/s/${begun.secret}`;
  return {
    status: 201,
    body: { id, url, status, expires_at } satisfies z.infer<typeof NewConnectSession>,
  };
}
