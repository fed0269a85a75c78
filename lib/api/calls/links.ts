import "server-only";
import type { z } from "zod";
import { listLinks } from "@/lib/accounts/clients/listed-links";
import { connectUrl, linkAnswer } from "../answers";
import type { ApiRequest, ApiResponse } from "../exchange";
import { readQuery } from "../input";
import { type Operation, parametersOf, responses, usual } from "../operation";
import { type CallResult, invalid } from "../respond";
import { LinkId, type Links, LinksQuery } from "../schemas";
import { type Caller, serve } from "../serve";

/** `GET /api/v1/links` */
export function links(request: ApiRequest): Promise<ApiResponse> {
  return serve(request, "links", (caller) => answer(request, caller));
}

async function answer(request: ApiRequest, { key }: Caller): Promise<CallResult> {
  const query = readQuery(request, LinksQuery);
  if (!query.ok) return query.problem;
  const { user = null, connection = null, member = null, limit, cursor } = query.value;
  const after = cursor === undefined ? null : idFrom(cursor);
  if (cursor !== undefined && after === null) {
    return invalid([{ detail: "must be the `next` of an earlier page", parameter: "cursor" }]);
  }
  const page = await listLinks(key, { user, connection, member }, { after, limit });
  const nothing = page.links.length === 0 && after === null;
  const body = {
    links: page.links.map(linkAnswer),
    next: page.next && cursorFrom(page.next),
    ...(nothing && { connect_url: connectUrl(connection) }),
  } satisfies z.infer<typeof Links>;
  return { body };
}

/** Opaque, so that another order of pages needs no other callers. */
function cursorFrom(id: string) {
  return Buffer.from(`1:${id}`).toString("base64url");
}

function idFrom(cursor: string): string | null {
  const [, id] = /^1:(.*)$/s.exec(Buffer.from(cursor, "base64url").toString("utf8")) ?? [];
  return LinkId.safeParse(id).data ?? null;
}

export const linksOperation: Operation = {
  operationId: "listLinks",
  summary: "Which links there are",
  description: "In the order of their ids. Only connections that the key is for.",
  parameters: parametersOf(LinksQuery),
  responses: responses("Links", "A page of links.", ["invalid_request", ...usual]),
};
