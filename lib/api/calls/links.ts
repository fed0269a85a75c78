import "server-only";
import type { z } from "zod";
import { listLinks } from "@/lib/accounts/clients/listed-links";
import type { ServiceKey } from "@/lib/accounts/clients/service-keys";
import { findLinkable } from "@/lib/conversation/configuration";
import { connectUrl, linkAnswer } from "../answers";
import type { Call } from "../call";
import { exampleLink } from "../examples";
import type { ApiRequest } from "../exchange";
import { readQuery } from "../input";
import { parametersOf, responses, usual } from "../operation";
import { type CallResult, invalid, type RequestError } from "../respond";
import { LinkId, Links, LinksQuery } from "../schemas";
import { type Caller, serve } from "../serve";

export const links: Call = {
  method: "GET",
  path: "/api/v1/links",
  answer: (request) => serve(request, "links", (caller) => answer(request, caller)),
  operation: {
    operationId: "listLinks",
    tags: ["links"],
    summary: "Which links there are",
    description:
      "In the order of their ids. Only connections that the key is for; to a client's key, only links that are granted to the client.",
    parameters: parametersOf(LinksQuery),
    responses: responses(Links, "A page of links.", {
      examples: {
        some: { links: [exampleLink], next: "MTo0MDIyOTY1ZQ" },
        none: {
          links: [],
          next: null,
          connect_url: "https://portico.example/connect/homes-city",
        },
      },
      problems: ["invalid_request", ...usual],
    }),
  },
};

async function answer(request: ApiRequest, { key }: Caller): Promise<CallResult> {
  const query = readQuery(request, LinksQuery);
  if (!query.ok) return query.problem;
  const { external_id: externalId, status: state, limit, cursor, ...filter } = query.value;
  const strange = strangeFilter(key, query.value);
  if (strange) return invalid([strange]);
  const after = cursor === undefined ? null : idFrom(cursor);
  if (cursor !== undefined && after === null) {
    return invalid([{ detail: "must be the `next` of an earlier page", parameter: "cursor" }]);
  }
  const page = await listLinks(key, { ...filter, externalId, state }, { after, limit });
  const nothing = page.links.length === 0 && after === null;
  const body = {
    links: page.links.map(linkAnswer),
    next: page.next && cursorFrom(page.next),
    ...(nothing && { connect_url: connectUrl(key, filter.connection ?? null) }),
  } satisfies z.infer<typeof Links>;
  return { body };
}

/** A filter that can never find anything. */
function strangeFilter(
  { client }: ServiceKey,
  { user, external_id, connection }: z.infer<typeof LinksQuery>,
): RequestError | null {
  if (user !== undefined && client !== null) {
    return { detail: "is not for a client's key: use external_id", parameter: "user" };
  }
  if (external_id !== undefined && client === null) {
    return { detail: "is for a client's key: this one has no client", parameter: "external_id" };
  }
  if (connection !== undefined && !findLinkable(connection)) {
    return { detail: "must be a connection of this deployment", parameter: "connection" };
  }
  return null;
}

/** Opaque, so that another order of pages needs no other callers. */
function cursorFrom(id: string) {
  return Buffer.from(`1:${id}`).toString("base64url");
}

function idFrom(cursor: string): string | null {
  const [, id] = /^1:(.*)$/s.exec(Buffer.from(cursor, "base64url").toString("utf8")) ?? [];
  return LinkId.safeParse(id).data ?? null;
}
