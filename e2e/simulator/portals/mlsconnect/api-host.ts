import { type Answer, json } from "../../answer";
import { notFound } from "../../pages";
import type { Route } from "../../portal";
import { bearerToken } from "../../protocols/doorkeeper/bearer";
import { Refusal, refusalAnswer } from "../../protocols/doorkeeper/errors";
import { revokeToken } from "../../protocols/doorkeeper/revoke";
import { exchangeCode, type TokenServer, tokenAnswer } from "../../protocols/doorkeeper/token";
import type { PortalRequest } from "../../request";
import { findMember } from "./boards";
import { memberBody } from "./member";

/** The host for an app's server: token, me, revoke. */
export function apiHostRoutes(server: TokenServer, variant: string): readonly Route[] {
  function token(request: PortalRequest): Answer {
    const accessToken = exchangeCode(request, server);
    if (accessToken instanceof Refusal) return refusalAnswer(accessToken);
    const delayMs = findMember(accessToken.client.board, accessToken.ownerId)?.tokenDelayMs ?? 0;
    return { ...tokenAnswer(accessToken), delayMs };
  }

  function me(request: PortalRequest): Answer {
    const token = bearerToken(request, server.store);
    if ("status" in token) return token;
    const member = findMember(token.client.board, token.ownerId);
    return member
      ? json(200, memberBody(member, variant))
      : notFound("This member has left the board.");
  }

  return [
    { method: "POST", path: "/oauth/token", at: "token", answer: token },
    { method: "GET", path: "/api/oauth/me", at: "me", answer: me },
    {
      method: "POST",
      path: "/oauth/revoke",
      at: "revoke",
      answer: (request) => revokeToken(request, server),
    },
  ];
}
