import "server-only";
import { eraseClientUser } from "@/lib/accounts/clients/client-erasure";
import { ExternalId } from "@/lib/accounts/connect/user-wish";
import type { Call } from "../call";
import { pathParameter, responses, usual } from "../operation";
import { type CallResult, notFound } from "../respond";
import { ErasureReceipt } from "../schemas";
import { type Caller, serve } from "../serve";

export const eraseUser: Call = {
  method: "DELETE",
  path: "/api/v1/users/{external_id}",
  answer: (request, id) => serve(request, "erase", (caller) => answer(id, caller)),
  operation: {
    operationId: "eraseUser",
    tags: ["links"],
    summary: "Forget a user of yours",
    description:
      "Ends all grants for this user and removes what only they had here; links that are on a person's own dashboard stay there. Portals that take permissions back are asked to, for up to three seconds within this call. For a client's keys only.",
    parameters: [pathParameter("external_id", ExternalId)],
    responses: responses(ErasureReceipt, "The receipt, as of now.", {
      examples: {
        receipt: {
          format: "portico-erasure",
          version: 1,
          user: "agent-4711",
          erasedAt: "2026-11-28T09:00:00.000Z",
          reference: "98755648-db60-47d0-9b90-8535f70acfee",
          asOf: "2026-11-28T09:00:01.000Z",
          links: [
            {
              link: "4022965e-0c1f-4a3a-9d0e-6a8f0f1c2b3d",
              connection: "homes-city",
              upstream: { outcome: "revoked", at: "2026-11-28T09:00:01.000Z" },
            },
          ],
          final: true,
          kept: [
            { what: "audit events", rows: 12, why: "They say who had access to what, and when." },
          ],
        },
      },
      problems: ["not_found", ...usual],
    }),
  },
};

async function answer(id: string, { key, requestId }: Caller): Promise<CallResult> {
  const user = ExternalId.safeParse(id).data;
  const receipt = user && (await eraseClientUser(key, user, requestId));
  return receipt ? { body: receipt } : notFound("Your client has no user of this id.");
}
