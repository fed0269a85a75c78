import "server-only";
import type { z } from "zod";
import { vendToken } from "@/lib/accounts/clients/vend";
import { inactiveAnswer } from "./inactive";
import { readBody } from "./input";
import { notFound } from "./problem";
import type { CallResult } from "./respond";
import { LinkId, type TokenAnswer, TokenRequest } from "./schemas";
import { type Caller, serve } from "./serve";

/** `POST /api/v1/links/{id}/token` */
export function token(request: Request, id: string): Promise<Response> {
  return serve(request, "token", (caller) => answer(request, id, caller));
}

async function answer(request: Request, id: string, caller: Caller): Promise<CallResult> {
  const body = await readBody(request, TokenRequest);
  if (!body.ok) return body.problem;
  const { min_ttl: minTtl, rejected_generation: rejectedGeneration } = body.value;
  const link = LinkId.safeParse(id).data;
  const vended = link && (await vendToken({ ...caller, link }, { minTtl, rejectedGeneration }));
  if (!vended) return notFound("There is no such link, or not for this service key.");
  if (vended.kind === "signed") {
    return {
      problem: "signature_needed",
      detail: "Ask for the headers of each request instead.",
      next: { method: "POST", path: `/api/v1/links/${id}/headers` },
    };
  }
  if (vended.kind !== "token") return { body: inactiveAnswer(vended) };
  return {
    body: {
      active: true,
      token: {
        access_token: vended.accessToken,
        scheme: vended.scheme,
        expires_at: vended.expiresAt?.toISOString() ?? null,
        generation: vended.generation,
        scopes: vended.scopes,
        headers: vended.headers,
      },
    } satisfies z.infer<typeof TokenAnswer>,
  };
}
