import type { PortalRequest } from "../../request";
import type { Claims } from "./id-token";
import type { SigningKey } from "./signing-keys";
import type { Client, Store } from "./store";

/** What both authorization servers of the portal know. */
export type AuthorizationServer = {
  store: Store;
  now: () => number;
  findClient: (id: string) => Client | null;
  /** For how many seconds an access token of this person is good. */
  lifetimeOf: (subject: string) => number;
  /** For how many seconds a spent refresh token is forgiven. */
  refreshGraceSeconds: () => number;
};

export type OpenIdProvider = AuthorizationServer & {
  issuerAt: (request: PortalRequest) => string;
  key: () => SigningKey;
  /** What an ID token says of the person, `sub` included. */
  claimsOf: (subject: string) => Claims;
};
