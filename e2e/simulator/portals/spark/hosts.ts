import type { PortalRequest } from "../../request";

/** Spark's hosts. */

export const platformHost = "sparkplatform.com"; // pages, OpenID

export const apiHost = "sparkapi.com"; // the Spark API, OAuth 2 grants

export const replicationHost = "replication.sparkapi.com"; // the same, for keys of those who copy everything

/** The simulator's address for https://sparkplatform.com, as the request named it. */
export function platformAddress({ headers }: PortalRequest) {
  return `http://${headers.host}/${platformHost}`;
}
