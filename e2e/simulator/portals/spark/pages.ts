import type { Answer } from "../../answer";
import { type Markup, markup, page } from "../../pages";
import type { TokenPair } from "../../protocols/openid/store";
import type { SparkPerson } from "./people";

/** The pages of sparkplatform.com besides login, consent and account. */

export const portalName = "Spark";

export function loggedOutPage(): Answer {
  return page({
    portal: portalName,
    title: "You are logged out",
    body: markup`<p>You will log in again when the next application asks for it.</p>`,
  });
}

/** The tokens of a developer's key and of one for replication. */
export function personalAccessTokenPage(
  tokens: { standard: string; replication: string },
  footer: Markup,
): Answer {
  return page({
    portal: portalName,
    title: "Personal Access Token",
    body: markup`<p>Each comes with its key and does not expire:</p>
<dl>
<dt>Access token</dt><dd><code>${tokens.standard}</code></dd>
<dt>Access token for replication</dt><dd><code>${tokens.replication}</code></dd>
</dl>
${footer}`,
  });
}

/** The tokens that come with a "single session" key. */
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
