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

/** Agents' portals for their consumers, by name, in lower case as in the address. */
const vowPortals = ["riviera"];

/** The browser's half of OAuth 2 on sparkplatform.com: one address for agents, two for their consumers. */
export function oauth2Routes(spark: SparkServer, pages: AuthorizationPages): readonly Route[] {
  const { findClient, appOrigins } = spark;

  function authorize(request: PortalRequest, audience: Client["audience"]): Answer | Callback {
    const asked = readAuthorizationRequest(request.query, { findClient, appOrigins, audience });
    if (asked instanceof Refusal) return refusalPage(portalName, asked);
    if ("parameters" in asked) return asked;
    const denied = new Refusal("access_denied", "The user denied access");
    return pages.answer(request, {
      ...asked,
      nonce: null,
      authorized: (code) => codeCallback(asked, code),
      denied: () => errorCallback(asked, denied),
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
