import { randomUUID } from "node:crypto";
import { type Answer, json } from "../../answer";
import { Refusal } from "../../protocols/oauth1/refusal";
import { verify } from "../../protocols/oauth1/verify";
import type { PortalRequest } from "../../request";
import { problemOf } from "./errors";
import type { ImmoScout24Person } from "./people";
import {
  type ImmoScout24,
  refuse,
  saysWhatItAccepts,
  unacceptable,
  verifyWithAccessToken,
} from "./server";

/** The offer API, `/restapi/api/offer/v1.0/user/me…`, and the calls without a user. */

type ApiCall = { request: PortalRequest; person: ImmoScout24Person; portal: ImmoScout24 };

/** Checks the signature first, then the Accept header: "unsupported Accept gives 404". */
export function asUser(portal: ImmoScout24, read: (call: ApiCall) => Answer) {
  return (request: PortalRequest): Answer => {
    const verified = verifyWithAccessToken(request, portal);
    if (verified instanceof Refusal) return refuse(request, problemOf(verified), portal);
    if (!acceptsJson(request)) return refuse(request, unacceptable, portal);
    const person = portal.people.find(({ id }) => id === verified.token.ownerId);
    if (!person) throw new Error(`There is no person ${verified.token.ownerId}`);
    const answer = read({ request, person, portal });
    return { ...answer, headers: { ...answer.headers, ...accountHeaders(person, portal) } };
  };
}

/** "Two-legged only for gis/search": signed without a token. */
export function asApp(portal: ImmoScout24, read: (request: PortalRequest) => Answer) {
  return (request: PortalRequest): Answer => {
    const { consumer, nonces } = portal;
    const verified = verify(request, {
      consumer,
      nonces,
      extraParameters: [],
      findToken: () => null,
    });
    if (verified instanceof Refusal) return refuse(request, problemOf(verified), portal);
    return acceptsJson(request) ? read(request) : refuse(request, unacceptable, portal);
  };
}

/** `GET user/me`: a company, and no id. */
export function me({ person }: ApiCall): Answer {
  const customer = { contractContactDetails: { companyName: person.company } };
  return json(200, {
    "offeruser.offerUser": { customer: [{ ...customer, professional: "true" }] },
  });
}

/** `GET user/me/realestate`: `pagesize` 1 to 100, by default 20. */
export function realEstate({ request, person, portal }: ApiCall): Answer {
  const size = wholeNumber(request, "pagesize", 20);
  const number = wholeNumber(request, "pagenumber", 1);
  const archived = request.query.get("archivedobjectsincluded") ?? "false";
  if (!size || size > 100 || !number || !/^(true|false)$/.test(archived)) {
    const message = "Error while validating the query parameters.";
    return refuse(request, { code: "ERROR_RESOURCE_VALIDATION", message }, portal);
  }
  const first = (number - 1) * size;
  const elements = Array.from({ length: person.listings }, (_, index) => listing(person, index));
  const pages = Math.max(1, Math.ceil(person.listings / size));
  const next = number < pages && { "@xlink.href": nextPage(request, number, size) };
  return json(200, {
    "realestates.realEstates": {
      Paging: {
        pageNumber: number,
        pageSize: size,
        numberOfPages: pages,
        numberOfHits: person.listings,
        ...(next && { next }),
      },
      realEstateList: { realEstateElement: asFromXml(elements.slice(first, first + size)) },
    },
  });
}

/**
 * `GET user/me/realestate/{id}`, by the portal's number or by `ext-` and the customer's own. A slash in that is written
 * `%2F`: it is one segment.
 */
export function oneRealEstate({ request, person, portal }: ApiCall, segment: string): Answer {
  const wanted = decodeURIComponent(segment);
  const listings = Array.from({ length: person.listings }, (_, index) => listing(person, index));
  const found = listings.find(
    (each) => wanted === each["@id"] || wanted === `ext-${each.externalId}`,
  );
  if (found) return json(200, { "realestates.apartmentRent": found });
  const message = "Resource was not found.";
  return refuse(request, { code: "ERROR_COMMON_RESOURCE_NOT_FOUND", message }, portal);
}

/** `GET user/me/realestatecounts`. */
export function realEstateCounts({ person }: ApiCall): Answer {
  return json(200, {
    "realestatecounts.realEstateCounts": {
      is24publishedRealEstatesCount: person.listings,
      is24notPublishedRealEstatesCount: 0,
      homepagePublishedRealEstatesCount: 0,
    },
  });
}

/** `GET /restapi/api/gis/v1.0/country/276/region`. */
export function regions(): Answer {
  return json(200, { "gis.regions": { region: [{ "@id": "3", name: "Berlin" }] } });
}

/** `GET /restapi/api/search/v1.0/search/region`: both parameters are required, and without a hit the list is empty. */
export function search(portal: ImmoScout24) {
  return (request: PortalRequest): Answer => {
    const { query } = request;
    if (!query.get("realestatetype") || !/^\d+$/.test(query.get("geocodes") ?? "")) {
      const message = "Error while validating the query parameters.";
      return refuse(request, { code: "ERROR_RESOURCE_VALIDATION", message }, portal);
    }
    const paging = { pageNumber: 1, pageSize: 20, numberOfPages: 1, numberOfHits: 0 };
    return json(200, { "resultlist.resultlist": { paging, resultlistEntries: [] } });
  };
}

/** JSON made from XML: a list of one is not an array. */
function asFromXml<Element>(elements: readonly Element[]) {
  return elements.length === 1 ? elements[0] : elements;
}

function listing({ id }: ImmoScout24Person, index: number) {
  return {
    "@xsi.type": "offerlistelement:OfferApartmentRent",
    "@id": `${id}${index}`,
    externalId: `2024/${String(index + 13).padStart(3, "0")}`,
    title: `Wohnung ${index + 1}`,
    realEstateState: "ACTIVE",
  };
}

function nextPage({ headers, host, path }: PortalRequest, number: number, size: number) {
  return `http://${headers.host}/${host}${path}?pagesize=${size}&pagenumber=${number + 1}`;
}

/** As recorded in real answers of 2019 and 2020. */
function accountHeaders(
  { id, withoutCauserId }: ImmoScout24Person,
  { consumer, options, variant }: ImmoScout24,
) {
  const known = options().causerId && !withoutCauserId;
  return {
    "L-IS24-ApiClient": consumer.key,
    "L-IS24-RequestRefnum": randomUUID(),
    ...(known && { "L-IS24-CauserId": `${id}${variant}` }),
  };
}

/** The real portal answers in XML too; the simulator does so only for errors. */
function acceptsJson(request: PortalRequest) {
  return saysWhatItAccepts(request) && request.headers.accept?.includes("application/json");
}

function wholeNumber({ query }: PortalRequest, name: string, usual: number) {
  const given = query.get(name);
  if (given === null) return usual;
  return /^\d{1,6}$/.test(given) ? Number(given) : null;
}
