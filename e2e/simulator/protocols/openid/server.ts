import type { PortalRequest } from "../../request";
import type { Claims } from "./id-token";
import type { SigningKey } from "./signing-keys";
import type { Client, Store } from "./store";

/** Shared by both authorization servers of the portal. */
export type AuthorizationServer = {
  store: Store;
  now: () => number;
  findClient: (id: string) => Client | null;
  /** How many seconds an access token of this person is valid. */
  lifetimeOf: (subject: string) => number;
  /** How many seconds a spent refresh token still works. */
  refreshGraceSeconds: () => number;
};

export type OpenIdProvider = AuthorizationServer & {
  issuerAt: (request: PortalRequest) => string;
  key: () => SigningKey;
  /** The ID token's claims about the person, with `sub`. */
  claimsOf: (subject: string) => Claims;
};
