import { type Answer, json } from "../../answer";
import type { Route } from "../../portal";
import type { PortalRequest } from "../../request";
import { failure } from "./api-answers";
import { replicationHost } from "./hosts";
import type { SparkPerson } from "./people";

const DEFAULT_TOP = 10;
const MAX_TOP = { standard: 200, replication: 1000 };

type Resource = (
  answer: (person: SparkPerson, request: PortalRequest) => Answer,
) => Route["answer"];

/** RESO's Web API, with the version of the dictionary in its path or without. */
export function resoRoutes(resource: Resource): readonly Route[] {
  const answer = resource(properties);
  return [
    { method: "GET", path: "/Reso/OData/Property", at: "api", answer },
    {
      method: "GET",
      path: "/Version/*/Reso/OData/Property",
      at: "api",
      answer: (request, version) => (/^\d+$/.test(version) ? answer(request, "") : failure(404)),
    },
  ];
}

function properties(person: SparkPerson, { query, host }: PortalRequest): Answer {
  if (person.audience === "consumer") return failure(404);
  const most = host === replicationHost ? MAX_TOP.replication : MAX_TOP.standard;
  const top = Number(query.get("$top") ?? DEFAULT_TOP);
  if (!Number.isInteger(top) || top < 1 || top > most) return failure(1050);
  const value = Array.from({ length: Math.min(top, person.listings) }, property);
  return json(200, { "@odata.context": "$metadata#Property", value });
}

function property(_value: unknown, index: number) {
  return { ListingKey: `2024${String(index + 1).padStart(22, "0")}`, StandardStatus: "Active" };
}
