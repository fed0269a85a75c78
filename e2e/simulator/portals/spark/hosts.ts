import type { PortalRequest } from "../../request";

/** Spark's two hosts. */

export const platformHost = "sparkplatform.com"; // pages, OpenID

export const apiHost = "sparkapi.com"; // the Spark API, OAuth 2 grants

/** The simulator's address for https://sparkplatform.com, as the request named it. */
export function platformAddress({ headers }: PortalRequest) {
  return `http://${headers.host}/${platformHost}`;
}
