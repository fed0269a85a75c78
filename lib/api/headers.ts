import "server-only";
import type { z } from "zod";
import { vendHeaders } from "@/lib/accounts/clients/vend";
import { inactiveAnswer } from "./inactive";
import { readBody } from "./input";
import { invalid, notFound } from "./problem";
import type { CallResult } from "./respond";
import { type HeadersAnswer, HeadersRequest, LinkId } from "./schemas";
import { type Caller, serve } from "./serve";

/** `POST /api/v1/links/{id}/headers` */
export function headers(request: Request, id: string): Promise<Response> {
  return serve(request, "headers", (caller) => answer(request, id, caller));
}

async function answer(request: Request, id: string, caller: Caller): Promise<CallResult> {
  const body = await readBody(request, HeadersRequest);
  if (!body.ok) return body.problem;
  const link = LinkId.safeParse(id).data;
  const vended = link && (await vendHeaders({ ...caller, link }, body.value));
  if (!vended) return notFound("There is no such link, or not for this service key.");
  if (vended.kind === "not_its_api") {
    return invalid([{ detail: vended.problem, pointer: "#/url" }]);
  }
  if (vended.kind !== "headers") return { body: inactiveAnswer(vended) };
  return {
    body: {
      active: true,
      headers: vended.headers,
      generation: vended.generation,
    } satisfies z.infer<typeof HeadersAnswer>,
  };
}
