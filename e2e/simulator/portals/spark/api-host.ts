import type { Answer } from "../../answer";
import type { Route } from "../../portal";
import { answerGrantRequest } from "../../protocols/draft10/grant";
import type { AccessToken } from "../../protocols/openid/store";
import { type PortalRequest, textFields } from "../../request";
import { accountResult, contactResult } from "./account";
import { authenticate, missingHeader } from "./api-access";
import { failure, success } from "./api-answers";
import { findPerson, type SparkPerson } from "./people";
import { resoRoutes } from "./reso";
import type { SparkServer } from "./spark-server";

const MAX_LIMIT = 25;

/** sparkapi.com and its replication host: the API for all kinds of tokens, and the token endpoint of OAuth 2. */
export function apiHostRoutes(spark: SparkServer): readonly Route[] {
  const { store, findClient, variant } = spark;

  function grant(request: PortalRequest): Answer {
    const missing = missingHeader(request, spark);
    if (missing) return missing;
    if (!isJson(request)) return failure(1035);
    const client = findClient(textFields(request).get("client_id") ?? "");
    return client?.protocol === "openid" ? failure(1013) : answerGrantRequest(request, spark);
  }

  /** Answers for the person whose token it is, if the API knows that person. */
  function resource(answer: (person: SparkPerson, request: PortalRequest) => Answer) {
    return (request: PortalRequest): Answer => {
      const token = authenticate(request, spark);
      if ("status" in token) return token;
      const person = findPerson(token.family.subject);
      if (!person) return failure(1015);
      return person.notYetInSpark ? failure(1023) : answer(person, request);
    };
  }

  function listings(person: SparkPerson, { query }: PortalRequest): Answer {
    if (person.audience === "consumer") return failure(404);
    const limit = Number(query.get("_limit") ?? 10);
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) return failure(1050);
    const pagination = {
      TotalRows: person.listings,
      PageSize: limit,
      TotalPages: Math.ceil(person.listings / limit),
      CurrentPage: 1,
    };
    if (query.get("_pagination") === "count") return success([], { Pagination: pagination });
    const shown = Array.from({ length: Math.min(limit, person.listings) }, listing);
    return success(shown, query.get("_pagination") === "1" ? { Pagination: pagination } : {});
  }

  /** Deleting a token ends the authorization: "both access and refresh tokens". */
  function deleteToken(request: PortalRequest, value: string): Answer {
    const caller = authenticate(request, spark);
    if ("status" in caller) return caller;
    const token = store.accessTokens.get(value);
    if (!token || token.family.revoked || !haveSameOwner(token, caller)) return failure(404);
    store.endFamily(token.family);
    return success([]);
  }

  return [
    { method: "POST", path: "/v1/oauth2/grant", at: "token", answer: grant },
    { method: "DELETE", path: "/v1/oauth2/token/*", at: "revoke", answer: deleteToken },
    {
      method: "GET",
      path: "/v1/my/account",
      at: "me",
      answer: resource((person) =>
        person.audience === "member" ? success([accountResult(person, variant)]) : failure(404),
      ),
    },
    {
      method: "GET",
      path: "/v1/my/contact",
      at: "me",
      answer: resource((person) =>
        person.audience === "consumer" ? success([contactResult(person, variant)]) : failure(404),
      ),
    },
    { method: "GET", path: "/v1/my/listings", at: "api", answer: resource(listings) },
    ...resoRoutes(resource),
    { method: "GET", path: "/.well-known/openid-configuration", answer: () => failure(404) },
  ];
}

function isJson({ headers }: PortalRequest) {
  return headers["content-type"]?.split(";")[0]?.trim().toLowerCase() === "application/json";
}

function haveSameOwner({ family: one }: AccessToken, { family: other }: AccessToken) {
  return one.client.id === other.client.id && one.subject === other.subject;
}

function listing(_value: unknown, index: number) {
  const id = `2024${String(index + 1).padStart(22, "0")}`;
  return { Id: id, ResourceUri: `/v1/listings/${id}` };
}
