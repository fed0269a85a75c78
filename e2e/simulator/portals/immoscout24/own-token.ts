import type { Answer } from "../../answer";
import type { Logins } from "../../logins";
import { markup, page } from "../../pages";
import type { Route } from "../../portal";
import type { AccessToken } from "../../protocols/oauth1/store";
import type { PortalRequest } from "../../request";
import type { ImmoScout24Person } from "./people";
import type { ImmoScout24 } from "./server";

/**
 * The developer self-service: an access token and its secret for the app's key and one's own account, without the three
 * steps. It shows the same ones until they are taken back.
 */
export function ownTokenRoutes(
  logins: Logins<ImmoScout24Person>,
  { store }: Pick<ImmoScout24, "store">,
): readonly Route[] {
  const shown = new Map<string, AccessToken>();

  function tokenOf({ id }: ImmoScout24Person) {
    const earlier = shown.get(id);
    if (earlier && !earlier.revoked) return earlier;
    const token = store.issueAccessToken(id);
    shown.set(id, token);
    return token;
  }

  function show(request: PortalRequest): Answer {
    const person = logins.personAt(request);
    if (!person) return logins.sendToLogin(request);
    const { value, secret } = tokenOf(person);
    return page({
      portal: logins.portal,
      title: "Access to your own account",
      body: markup`<dl>
<dt>Access token</dt><dd><code>${value}</code></dd>
<dt>Access token secret</dt><dd><code>${secret}</code></dd>
</dl>
${logins.loginFooter(person, request)}`,
    });
  }

  return [{ method: "GET", path: "/self-service/access-token", answer: show }];
}
