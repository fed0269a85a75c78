import type { PortalRequest } from "../../request";
import type { Application } from "./applications";
import { Refusal, unknownPartner } from "./errors";

/** What nobody gets past without, on any path of api.olxgroup.com: `X-API-KEY`, and a name. */
export function partnerOf(
  { headers, query }: PortalRequest,
  applications: readonly Application[],
): Application | Refusal {
  const partner = applications.find(({ apiKey }) => apiKey === headers["x-api-key"]);
  if (!partner) return unknownPartner;
  if (!namesItself(headers["user-agent"])) {
    return new Refusal(400, "The User-Agent header has to name the CRM");
  }
  const secrets = ["client_secret", "code", "access_token", "refresh_token", "api_key"];
  if (secrets.some((name) => query.has(name))) {
    return new Refusal(400, "Secrets do not belong into the address");
  }
  return partner;
}

/** "User-Agent: <CRM NAME>", and not what a library says when nobody has told it. */
function namesItself(userAgent = "") {
  return userAgent.trim() !== "" && !/^(node|undici|node-fetch|axios|got)\b/i.test(userAgent);
}
