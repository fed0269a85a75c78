import type { TokenSet } from "./tokens";
import { readTokenResponse } from "./tokens";
import { readJson, send } from "./transport";

/** A grant's own fields, RFC 6749 sections 4.1.3 and 6: `grant_type`, `code`, `redirect_uri`, … */
export type Grant = { grant_type: string } & Record<string, string>;

export type TokenEndpoint = {
  url: string;
  client: { id: string; secret: string };
  /** `body`: RFC 6749 section 2.3.1, `client_id` and `client_secret` among the fields. */
  clientAuth: "body";
  /** What the portal documents; the RFC itself knows forms only. */
  format: "json";
  userAgent: string;
};

/**
 * Asks a token endpoint for tokens, RFC 6749 section 3.2.
 * Never repeated by itself: a code is spent by the first request, whatever became of the answer.
 * @throws {OAuthError}
 */
export async function requestTokens(endpoint: TokenEndpoint, grant: Grant): Promise<TokenSet> {
  const answer = await send({
    url: endpoint.url,
    method: "POST",
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": endpoint.userAgent,
    },
    body: JSON.stringify({
      client_id: endpoint.client.id,
      client_secret: endpoint.client.secret,
      ...grant,
    }),
  });
  return readTokenResponse(readJson(answer), new Date());
}
