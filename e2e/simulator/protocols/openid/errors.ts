import { type Answer, json } from "../../answer";
import { markup, page } from "../../pages";

/** The errors of an OpenID provider: OpenID Connect Core sections 3.1.2.6 and 3.1.3.4, RFC 6750 section 3. */

export class Refusal {
  readonly error: string;
  readonly description: string;

  constructor(error: string, description: string) {
    this.error = error;
    this.description = description;
  }
}

export function missing(parameter: string) {
  return new Refusal("invalid_request", `Missing required parameter: ${parameter}`);
}

/** RFC 6749 section 5.2: 401 for an unknown client, 400 for the rest. */
export function refusalAnswer({ error, description }: Refusal): Answer {
  const unknownClient = error === "invalid_client";
  const answer = json(unknownClient ? 401 : 400, { error, error_description: description });
  const challenge = { "WWW-Authenticate": 'Basic realm="Spark Platform"' };
  const headers = { ...answer.headers, "Cache-Control": "no-store" };
  return { ...answer, headers: unknownClient ? { ...headers, ...challenge } : headers };
}

/** RFC 6749 section 4.1.2.1: a page, if there is no valid address to go back to. */
export function refusalPage(portal: string, { error, description }: Refusal): Answer {
  return page({
    portal,
    title: "An error has occurred",
    body: markup`<p>${description}</p><p><code>${error}</code></p>`,
    status: 400,
  });
}

/** RFC 6750 section 3.1. */
export function invalidTokenAnswer(): Answer {
  const description = "The access token provided is expired, revoked, malformed or invalid";
  const answer = json(401, { error: "invalid_token", error_description: description });
  const challenge = `Bearer error="invalid_token", error_description="${description}"`;
  return { ...answer, headers: { ...answer.headers, "WWW-Authenticate": challenge } };
}
