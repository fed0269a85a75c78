import type { Answer } from "../../answer";
import { markup, page } from "../../pages";
import type { TokenPair } from "../../protocols/openid/store";
import type { SparkPerson } from "./people";

/** What a person sees at sparkplatform.com, beside login, consent and account. */

export const portalName = "Spark";

export function loggedOutPage(): Answer {
  return page({
    portal: portalName,
    title: "You are logged out",
    body: markup`<p>The next application that asks will have you log in again.</p>`,
  });
}

/** What comes with a "single session" key. */
export function singleSessionPage({ name }: SparkPerson, tokens: TokenPair): Answer {
  return page({
    portal: portalName,
    title: "Single session key",
    body: markup`<p>For <strong>${name}</strong>, who needs no authorization:</p>
<dl>
<dt>Access token</dt><dd><code>${tokens.accessToken}</code></dd>
<dt>Refresh token</dt><dd><code>${tokens.refreshToken}</code></dd>
</dl>`,
  });
}
