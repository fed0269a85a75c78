import type { PortalRequest } from "../../request";

/** Spark's two hosts. */

export const platformHost = "sparkplatform.com"; // pages, OpenID

export const apiHost = "sparkapi.com"; // the Spark API, OAuth 2 grants

/** https://sparkplatform.com, or where the simulator plays it: at the address the request was sent to. */
export function platformAddress({ headers }: PortalRequest) {
  return `http://${headers.host}/${platformHost}`;
}
