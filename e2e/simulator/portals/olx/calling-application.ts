import type { PortalRequest } from "../../request";
import type { Application } from "./applications";
import { Refusal, unknownApiKey } from "./errors";

/**
 * The application that calls api.olxgroup.com, by its `X-API-KEY`. Every path there demands the key and a
 * User-Agent, and refuses secrets in the address.
 */
export function callingApplication(
  { headers, query }: PortalRequest,
  applications: readonly Application[],
): Application | Refusal {
  const application = applications.find(({ apiKey }) => apiKey === headers["x-api-key"]);
  if (!application) return unknownApiKey;
  if (!namesProduct(headers["user-agent"])) {
    return new Refusal(400, "The User-Agent header has to name the CRM");
  }
  const secrets = ["client_secret", "code", "access_token", "refresh_token", "api_key"];
  if (secrets.some((name) => query.has(name))) {
    return new Refusal(400, "Secrets do not belong into the address");
  }
  return application;
}

/** "User-Agent: <CRM NAME>", and not the default of an HTTP library. */
function namesProduct(userAgent = "") {
  return userAgent.trim() !== "" && !/^(node|undici|node-fetch|axios|got)\b/i.test(userAgent);
}
