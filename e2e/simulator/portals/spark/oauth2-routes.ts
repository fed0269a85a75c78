import type { Answer, Callback } from "../../answer";
import { notFound } from "../../pages";
import type { Route } from "../../portal";
import { codeCallback, readAuthorizationRequest } from "../../protocols/draft10/authorize";
import { errorCallback } from "../../protocols/openid/authorize";
import { Refusal, refusalPage } from "../../protocols/openid/errors";
import type { Client } from "../../protocols/openid/store";
import type { PortalRequest } from "../../request";
import type { AuthorizationPages } from "./authorization-pages";
import { portalName } from "./pages";
import type { SparkServer } from "./spark-server";

/** The portals that agents have for their consumers, as they are named in the address. */
const vowPortals = ["riviera"];

/** OAuth 2 on sparkplatform.com, for browsers: one address for agents, two for their consumers. */
export function oauth2Routes(spark: SparkServer, pages: AuthorizationPages): readonly Route[] {
  const { findClient, appOrigins } = spark;

  function authorize(request: PortalRequest, audience: Client["audience"]): Answer | Callback {
    const authorizationRequest = readAuthorizationRequest(request.query, {
      findClient,
      appOrigins,
      audience,
    });
    if (authorizationRequest instanceof Refusal)
      return refusalPage(portalName, authorizationRequest);
    if ("parameters" in authorizationRequest) return authorizationRequest;
    const denied = new Refusal("access_denied", "The user denied access");
    return pages.answer(request, {
      ...authorizationRequest,
      nonce: null,
      authorized: (code) => codeCallback(authorizationRequest, code),
      denied: () => errorCallback(authorizationRequest, denied),
    });
  }

  return [
    {
      method: "GET",
      path: "/oauth2",
      at: "authorize",
      answer: (request) => authorize(request, "member"),
    },
    {
      method: "GET",
      path: "/auth/vow",
      at: "authorize",
      answer: (request) => authorize(request, "consumer"),
    },
    {
      method: "GET",
      path: "/auth/vow/*",
      at: "authorize",
      answer: (request, name) =>
        vowPortals.includes(name)
          ? authorize(request, "consumer")
          : notFound(`No agent has a portal named “${name}”.`),
    },
  ];
}
