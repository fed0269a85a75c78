import "server-only";
import { letGo } from "@/lib/accounts/clients/letting-go";
import { lettingGoAnswer } from "../answers";
import type { Call } from "../call";
import { pathParameter, responses, usual } from "../operation";
import { type CallResult, noSuchLink } from "../respond";
import { LettingGo, LinkId } from "../schemas";
import { type Caller, serve } from "../serve";

export const unlink: Call = {
  method: "DELETE",
  path: "/api/v1/links/{id}",
  answer: (request, id) => serve(request, "unlink", (caller) => answer(id, caller)),
  operation: {
    operationId: "unlink",
    tags: ["links"],
    summary: "Let go of a link",
    description:
      "A client's grant ends; the link itself is removed when no grant is left and its user has no way to sign in here. A key without a client removes the link, with all grants, unless it is its user's last way to sign in. Where the portal takes permissions back, it is asked to, for up to three seconds within this call.",
    parameters: [pathParameter("id", LinkId)],
    responses: responses(LettingGo, "What has ended.", {
      examples: {
        granted: { grant_ended: true, unlinked: false, revocation: null },
        unlinked: { grant_ended: true, unlinked: true, revocation: "revoked" },
        at_the_portal: {
          grant_ended: false,
          unlinked: true,
          revocation: "at_the_portal",
          removal_url: "https://homes.example/account/applications",
        },
      },
      problems: ["not_found", "last_way_in", ...usual],
    }),
  },
};

async function answer(id: string, { key, requestId }: Caller): Promise<CallResult> {
  const link = LinkId.safeParse(id).data;
  const done = link && (await letGo(key, link, requestId));
  if (!done) return noSuchLink;
  if (done.kind === "last_way_in") {
    return {
      problem: "last_way_in",
      detail:
        "Its user signs in here with this link, and with no other. They can delete their account themselves.",
    };
  }
  return { body: lettingGoAnswer(done) };
}
