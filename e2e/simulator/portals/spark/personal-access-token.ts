import type { Answer } from "../../answer";
import type { Route } from "../../portal";
import type { Client } from "../../protocols/openid/store";
import type { PortalRequest } from "../../request";
import type { AuthorizationPages } from "./authorization-pages";
import { personalAccessTokenPage } from "./pages";
import type { SparkServer } from "./spark-server";

const key: Client = {
  id: "simulated-spark-personal",
  secret: "",
  redirectUris: [],
  protocol: "personal",
  audience: "member",
  passwordGrant: false,
};

const replicationKey: Client = { ...key, id: "simulated-spark-replication", replication: true };

/**
 * "Some developers will be issued, along with their key, a non-expiring OAuth 2 access token": the page shows the tokens
 * of the person who is logged in, the same ones until the next reset. No grant and no authorization takes such a key.
 */
export function personalAccessTokenRoutes(
  { store }: SparkServer,
  { members }: AuthorizationPages,
): readonly Route[] {
  const shown = new Map<string, { standard: string; replication: string }>();

  function issueTo(subject: string) {
    const issue = (client: Client) => store.issueEndlessToken({ client, subject, revoked: false });
    const tokens = { standard: issue(key), replication: issue(replicationKey) };
    shown.set(subject, tokens);
    return tokens;
  }

  function show(request: PortalRequest): Answer {
    const person = members.personAt(request);
    if (!person) return members.sendToLogin(request);
    const tokens = shown.get(person.sub) ?? issueTo(person.sub);
    return personalAccessTokenPage(tokens, members.loginFooter(person, request));
  }

  return [{ method: "GET", path: "/personal-access-token", answer: show }];
}
