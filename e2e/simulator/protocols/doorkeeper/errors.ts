import { type Answer, empty, json } from "../../answer";
import { markup, page } from "../../pages";

/** Doorkeeper's errors, word for word from Doorkeeper 5.8, config/locales/en.yml. */

const descriptions = {
  invalid_request:
    "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.",
  invalid_redirect_uri:
    "The requested redirect uri is malformed or doesn't match client redirect URI.",
  unauthorized_client: "The client is not authorized to perform this request using this method.",
  access_denied: "The resource owner or authorization server denied the request.",
  invalid_scope: "The requested scope is invalid, unknown, or malformed.",
  invalid_code_challenge_method: "The code_challenge_method must be one of plain, S256.",
  server_error:
    "The authorization server encountered an unexpected condition which prevented it from fulfilling the request.",
  temporarily_unavailable:
    "The authorization server is currently unable to handle the request due to a temporary overloading or maintenance of the server.",
  unsupported_response_type: "The authorization server does not support this response type.",
  unsupported_response_mode: "The authorization server does not support this response mode.",
  invalid_client:
    "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
  invalid_grant:
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
  unsupported_grant_type:
    "The authorization grant type is not supported by the authorization server.",
} as const;

export type ErrorName = keyof typeof descriptions;

export class Refusal {
  readonly error: ErrorName;
  readonly description: string;

  constructor(error: ErrorName, description: string = descriptions[error]) {
    this.error = error;
    this.description = description;
  }
}

export function missing(parameter: string) {
  return new Refusal("invalid_request", `Missing required parameter: ${parameter}.`);
}

/** error_response.rb: 401 for these two, 400 for the rest; `WWW-Authenticate` either way. */
export function refusalAnswer({ error, description }: Refusal): Answer {
  const answer = json(statusOf(error), { error, error_description: description });
  return { ...answer, headers: { ...answer.headers, ...refusalHeaders(error, description) } };
}

/** `handle_auth_errors :render`, the default: a page, and no callback to the app. */
export function refusalPage(portal: string, { error, description }: Refusal): Answer {
  return page({
    portal,
    title: "An error has occurred",
    body: markup`<p>${description}</p><p><code>${error}</code></p>`,
    status: statusOf(error),
  });
}

/** invalid_token_response.rb, which rails/helpers.rb sends with `head`: no body. */
export function invalidTokenAnswer(reason: "revoked" | "unknown"): Answer {
  const description =
    reason === "revoked" ? "The access token was revoked" : "The access token is invalid";
  return { ...empty(401), headers: refusalHeaders("invalid_token", description) };
}

/** tokens_controller.rb, `revocation_error_response`. */
export function revocationForbidden(): Answer {
  return json(403, {
    error: "unauthorized_client",
    error_description: "You are not authorized to revoke this token",
  });
}

function statusOf(error: ErrorName) {
  return error === "invalid_client" || error === "unauthorized_client" ? 401 : 400;
}

function refusalHeaders(error: string, description: string) {
  return {
    "Cache-Control": "no-store, no-cache",
    "WWW-Authenticate": `Bearer realm="Doorkeeper", error="${error}", error_description="${description}"`,
  };
}
