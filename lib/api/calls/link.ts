import "server-only";
import { findListedLink } from "@/lib/accounts/clients/listed-links";
import { linkAnswer } from "../answers";
import type { Call } from "../call";
import { exampleLink, grantedLink } from "../examples";
import { pathParameter, responses, usual } from "../operation";
import { type CallResult, noSuchLink } from "../respond";
import { Link, LinkId } from "../schemas";
import { type Caller, serve } from "../serve";

export const link: Call = {
  method: "GET",
  path: "/api/v1/links/{id}",
  answer: (request, id) => serve(request, "links", (caller) => answer(id, caller)),
  operation: {
    operationId: "getLink",
    tags: ["links"],
    summary: "One link",
    description: "As the list has it.",
    parameters: [pathParameter("id", LinkId)],
    responses: responses(Link, "The link.", {
      examples: { link: exampleLink, granted: grantedLink },
      problems: ["not_found", ...usual],
    }),
  },
};

async function answer(id: string, { key }: Caller): Promise<CallResult> {
  const known = LinkId.safeParse(id).data;
  const found = known && (await findListedLink(key, known));
  return found ? { body: linkAnswer(found) } : noSuchLink;
}
