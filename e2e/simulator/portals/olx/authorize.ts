import { repeatsName } from "../../request";
import type { Application } from "./applications";
import { Refusal } from "./errors";

/** "You must include the following parameters in this URL"; the documentation has one more, `redirect_uri`. */

export type AuthorizationRequest = {
  application: Application;
  redirectUri: string;
  /** Whether the app named the address; the token request must then name the same one, RFC 6749 section 4.1.3. */
  namesRedirectUri: boolean;
  state: string;
};

const documented = ["response_type", "client_id", "state", "redirect_uri"];

export function readAuthorizationRequest(
  query: URLSearchParams,
  applications: readonly Application[],
): AuthorizationRequest | Refusal {
  if (repeatsName(query)) return new Refusal(400, "A parameter was sent more than once");
  const unknown = [...query.keys()].find((name) => !documented.includes(name));
  if (unknown !== undefined) return new Refusal(400, `Unknown parameter: ${unknown}`);

  const application = applications.find(({ id }) => id === query.get("client_id"));
  if (!application) return new Refusal(400, "The client id supplied is invalid");
  if (query.get("response_type") !== "code") {
    return new Refusal(400, "code is the only supported value of response_type");
  }
  const state = query.get("state");
  if (!state) return new Refusal(400, "The state parameter is required");

  const redirectUri = query.get("redirect_uri") ?? application.callback;
  if (!hasSameBase(redirectUri, application.callback)) {
    return new Refusal(400, "The redirect URI does not match the Authorization Callback URI");
  }
  return { application, redirectUri, namesRedirectUri: query.has("redirect_uri"), state };
}

/** "If the base URIs don't match, your request will fail": the base is the address without its query. */
function hasSameBase(address: string, registered: string) {
  if (!URL.canParse(address)) return false;
  const { origin, pathname, hash, username, password } = new URL(address);
  return !hash && !username && !password && `${origin}${pathname}` === registered;
}
