import { randomBytes } from "node:crypto";

/** Doorkeeper's two tables for one environment: codes (grants) and tokens. */

/** A registered application. */
export type Client = {
  id: string;
  secret: string;
  redirectUris: readonly string[];
  /** The board whose members it is for. */
  board: string;
};

export type AuthorizationRequest = {
  client: Client;
  redirectUri: string;
  state: string;
  challenge: Challenge | null;
};

/** RFC 7636 section 4.3. */
export type Challenge = { method: "plain" | "S256"; value: string };

export type Grant = {
  code: string;
  ownerId: string;
  request: AuthorizationRequest;
  expiresAt: number;
  /** The token that the code was exchanged for. */
  token: AccessToken | null;
};

export type AccessToken = {
  value: string;
  client: Client;
  ownerId: string;
  createdAt: number;
  revoked: boolean;
};

const CODE_TTL_MS = 600_000; // config.rb, `authorization_code_expires_in`

export class Store {
  readonly grants = new Map<string, Grant>();
  readonly tokens = new Map<string, AccessToken>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issueCode(request: AuthorizationRequest, ownerId: string) {
    const code = secret();
    const expiresAt = this.#now() + CODE_TTL_MS;
    this.grants.set(code, { code, ownerId, request, expiresAt, token: null });
    return code;
  }

  isExpired(grant: Grant) {
    return this.#now() > grant.expiresAt;
  }

  /** Ends all codes that could still be used; returns how many. */
  expireCodes() {
    const usable = [...this.grants.values()].filter(
      (grant) => !grant.token && !this.isExpired(grant),
    );
    for (const grant of usable) grant.expiresAt = Number.NEGATIVE_INFINITY;
    return usable.length;
  }

  /** `access_token_expires_in nil`, `use_refresh_token` off: valid until revoked. */
  spend(grant: Grant): AccessToken {
    const token = {
      value: secret(),
      client: grant.request.client,
      ownerId: grant.ownerId,
      createdAt: this.#now(),
      revoked: false,
    };
    this.tokens.set(token.value, token);
    grant.token = token;
    return token;
  }

  liveTokens(board: string, ownerId: string) {
    return [...this.tokens.values()].filter(
      (token) => token.client.board === board && token.ownerId === ownerId && !token.revoked,
    );
  }

  /** access_token_mixin.rb, `matching_token_for`: a member with a live token has consented. */
  hasMatchingToken(client: Client, ownerId: string) {
    return this.liveTokens(client.board, ownerId).some((token) => token.client.id === client.id);
  }
}

/** unique_token.rb: `SecureRandom.urlsafe_base64(32)`. */
export function secret() {
  return randomBytes(32).toString("base64url");
}
