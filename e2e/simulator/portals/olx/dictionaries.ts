import { randomUUID } from "node:crypto";
import { type Answer, json } from "../../answer";
import type { Route } from "../../portal";
import type { PortalRequest } from "../../request";
import { authenticate } from "./adverts";
import { callingApplication } from "./calling-application";
import { Refusal, refusalAnswer } from "./errors";
import type { Olx } from "./server";

/**
 * What an application may read by its API key alone: https://developer.olxgroup.com/docs/taxonomies-overview and
 * https://developer.olxgroup.com/docs/otodom-locations, which is for Otodom only.
 */
export function dictionaryRoutes(olx: Olx): readonly Route[] {
  const read = (path: string, data: readonly object[]): Route => ({
    method: "GET",
    path,
    at: "api",
    answer: (request) => answer(request, data, olx),
  });
  const locations = "/locations/v1/urn:site:otodompl";
  return [
    read("/taxonomy/v1/categories", categories),
    read("/taxonomy/v1/categories/", categories),
    ...sites.map((urn) => read(`/taxonomy/v1/categories/partner/${urn}`, categories)),
    ...["regions", "subregions", "cities", "districts"].map((level) =>
      read(`${locations}/${level}`, [{ id: 213, name: "Warszawa" }]),
    ),
  ];
}

const sites = ["urn:site:imovirtualcom", "urn:site:otodompl", "urn:site:storiaro"];

/** The beginning of the official sample. */
const categories = [
  {
    code: "urn:concept:apartments-for-sale",
    label: "Apartments for Sale",
    children: null,
    attributes: [
      {
        code: "urn:concept:number-of-rooms",
        label: "Number of Rooms",
        type: "select",
        mandatory: true,
        values: [{ code: "urn:concept:1", label: "1" }],
      },
    ],
  },
];

/** A token is not asked for, but one that is sent must be good. */
function answer(request: PortalRequest, data: readonly object[], olx: Olx): Answer {
  const { accept = "", authorization } = request.headers;
  const known =
    authorization === undefined
      ? callingApplication(request, olx.applications)
      : authenticate(request, olx);
  if (known instanceof Refusal) return refusalAnswer(known);
  if (!accept.includes("application/json")) {
    return refusalAnswer(new Refusal(406, "The Accept header has to be application/json"));
  }
  return json(200, { transaction_id: randomUUID(), message: "success", data });
}
