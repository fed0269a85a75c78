import { type PortalRequest, repeatsName } from "../../request";
import { Refusal } from "./errors";

/**
 * What an app's server posts, as text, blank fields dropped (RFC 6749 section 3.2): nothing twice, nothing but
 * text, and no secret in the address (section 2.3.1: "MUST NOT be included in the request URI").
 */
export function readParameters({ query, fields }: PortalRequest) {
  const inAddress = ["client_secret", "code", "refresh_token", "token", "access_token", "password"];
  if (inAddress.some((name) => query.has(name))) {
    return new Refusal("invalid_request", "Secrets belong into the body of the request");
  }
  if (!fields || repeatsName(fields)) {
    return new Refusal("invalid_request", "A parameter was sent more than once");
  }
  const parameters = new Map<string, string>();
  for (const [name, value] of fields) {
    if (typeof value !== "string") {
      return new Refusal("invalid_request", `Parameter ${name} is not text`);
    }
    if (value) parameters.set(name, value);
  }
  return parameters;
}
