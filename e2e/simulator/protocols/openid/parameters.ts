import { type PortalRequest, repeatsName } from "../../request";
import { Refusal } from "./errors";

/**
 * The text fields that an app's server posts, without blank ones (RFC 6749 section 3.2). Refused are repeated
 * fields, other types, and secrets in the address (section 2.3.1: "MUST NOT be included in the request URI").
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
