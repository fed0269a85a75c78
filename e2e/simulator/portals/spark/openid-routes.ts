import { type Answer, type Callback, json, redirect } from "../../answer";
import { notFound } from "../../pages";
import type { Route } from "../../portal";
import {
  codeCallback,
  errorCallback,
  readAuthenticationRequest,
} from "../../protocols/openid/authorize";
import { bearerToken } from "../../protocols/openid/bearer";
import { readLogoutTarget } from "../../protocols/openid/end-session";
import { invalidTokenAnswer, Refusal, refusalPage } from "../../protocols/openid/errors";
import { revokeToken } from "../../protocols/openid/revoke";
import { keySet } from "../../protocols/openid/signing-keys";
import { answerTokenRequest } from "../../protocols/openid/token";
import type { PortalRequest } from "../../request";
import type { AuthorizationPages } from "./authorization-pages";
import { userInfo } from "./claims";
import { discoveryDocument } from "./discovery";
import { platformAddress, platformHost } from "./hosts";
import { loggedOutPage, portalName } from "./pages";
import { findPerson } from "./people";
import type { SparkServer } from "./spark-server";

/** OpenID Connect on sparkplatform.com. */
export function openIdRoutes(spark: SparkServer, pages: AuthorizationPages): readonly Route[] {
  const { store, findClient, variant, options } = spark;

  function authorize(request: PortalRequest): Answer | Callback {
    const authenticationRequest = readAuthenticationRequest(request.query, findClient);
    if (authenticationRequest instanceof Refusal)
      return refusalPage(portalName, authenticationRequest);
    if ("parameters" in authenticationRequest) return authenticationRequest;
    const issuer = options().authorizationResponseIss
      ? ([["iss", spark.issuerAt(request)]] as const)
      : [];
    const denied = new Refusal("access_denied", "The user denied access");
    return pages.answer(request, {
      ...authenticationRequest,
      authorized: (code) => codeCallback(authenticationRequest, code, issuer),
      denied: () => errorCallback(authenticationRequest, denied),
    });
  }

  function discovery(request: PortalRequest): Answer {
    const { userinfoEndpoint, authorizationResponseIss } = options();
    const [issuer, address] = [spark.issuerAt(request), platformAddress(request)];
    return json(
      200,
      discoveryDocument({ issuer, address, userinfoEndpoint, authorizationResponseIss }),
    );
  }

  function userinfo(request: PortalRequest): Answer {
    if (!options().userinfoEndpoint) return notFound("There is no UserInfo endpoint.");
    const token = bearerToken(request, store);
    if ("status" in token) return token;
    const person = findPerson(token.family.subject);
    return person ? json(200, userInfo(person, variant)) : invalidTokenAnswer();
  }

  function logout(request: PortalRequest): Answer {
    const target = readLogoutTarget(request.query, findClient);
    if (target instanceof Refusal) return refusalPage(portalName, target);
    return pages.members.end(request, target ? redirect(target.href) : loggedOutPage());
  }

  return [
    {
      method: "GET",
      path: "/.well-known/openid-configuration",
      at: "discovery",
      answer: discovery,
    },
    {
      method: "GET",
      path: "/.well-known/*",
      answer: (_request, segment) => redirect(`/${platformHost}/_well-known/${segment}`),
    },
    {
      method: "GET",
      path: "/openid/jwks.json",
      at: "keys",
      answer: () => json(200, keySet(spark.key())),
    },
    { method: "GET", path: "/openid/authorize", at: "authorize", answer: authorize },
    {
      method: "POST",
      path: "/openid/token",
      at: "token",
      answer: (request) => answerTokenRequest(request, spark),
    },
    { method: "GET", path: "/openid/userinfo", at: "userinfo", answer: userinfo },
    {
      method: "POST",
      path: "/openid/revoke",
      at: "revoke",
      answer: (request) => revokeToken(request, spark),
    },
    // "You can direct users to the revocation endpoint": it shows their applications.
    {
      method: "GET",
      path: "/openid/revoke",
      answer: () => redirect(`/${platformHost}/account`),
    },
    { method: "GET", path: "/openid/logout", answer: logout },
  ];
}
