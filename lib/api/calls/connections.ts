import "server-only";
import { visibleConnections } from "@/lib/accounts/clients/visible-connections";
import { connectionAnswer } from "../answers";
import type { Call } from "../call";
import { responses, usual } from "../operation";
import type { CallResult } from "../respond";
import { Connections } from "../schemas";
import { type Caller, serve } from "../serve";

export const connections: Call = {
  method: "GET",
  path: "/api/v1/connections",
  answer: (request) => serve(request, "links", async (caller) => answer(caller)),
  operation: {
    operationId: "listConnections",
    tags: ["links"],
    summary: "What can be linked here",
    description:
      "The connections of this deployment that the key is for, in the order in which pages offer them.",
    responses: responses(Connections, "All of them.", {
      examples: {
        some: {
          connections: [
            {
              id: "homes-city",
              portal: "homes",
              name: "Homes City",
              environment: "production",
              protocol: "oauth2",
              signed: false,
              api: ["https://api.homes.example/v1"],
              refresh_token_days: 30,
            },
          ],
        },
      },
      problems: usual,
    }),
  },
};

function answer({ key }: Caller): CallResult {
  return { body: { connections: visibleConnections(key).map(connectionAnswer) } };
}
