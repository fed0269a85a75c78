import { randomBytes, randomInt, randomUUID } from "node:crypto";

/** What a portal with OAuth 1.0a keeps: request tokens, and the access tokens they became. */

export type RequestToken = {
  value: string;
  secret: string;
  callback: string;
  expiresAt: number;
  /** Nobody has answered; or somebody has, and `verifier` proves that it was here. */
  decided: null | { decision: "authorized" | "rejected"; ownerId: string; verifier: string };
  spent: boolean;
};

export type AccessToken = { value: string; secret: string; ownerId: string; revoked: boolean };

const REQUEST_TOKEN_TTL_MS = 30 * 60_000;

export class Store {
  readonly requestTokens = new Map<string, RequestToken>();
  readonly accessTokens = new Map<string, AccessToken>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issueRequestToken(callback: string): RequestToken {
    const token = {
      value: randomUUID(),
      secret: tokenSecret(),
      callback,
      expiresAt: this.#now() + REQUEST_TOKEN_TTL_MS,
      decided: null,
      spent: false,
    };
    this.requestTokens.set(token.value, token);
    return token;
  }

  /** A request token that can still be answered by a person or exchanged by an app. */
  usableRequestToken(value: string | null | undefined) {
    const token = this.requestTokens.get(value ?? "");
    return token && !token.spent && this.#now() <= token.expiresAt ? token : null;
  }

  decide(token: RequestToken, decision: "authorized" | "rejected", ownerId: string) {
    token.decided = { decision, ownerId, verifier: verifier() };
    return token.decided;
  }

  /** "Lifetime token": good until its user takes it back. */
  exchange(token: RequestToken, ownerId: string): AccessToken {
    token.spent = true;
    const accessToken = { value: randomUUID(), secret: tokenSecret(), ownerId, revoked: false };
    this.accessTokens.set(accessToken.value, accessToken);
    return accessToken;
  }

  liveTokens(ownerId: string) {
    return [...this.accessTokens.values()].filter(
      (token) => token.ownerId === ownerId && !token.revoked,
    );
  }

  /** Returns how many tokens that ended. */
  revokeAll(ownerId: string) {
    const tokens = this.liveTokens(ownerId);
    for (const token of tokens) token.revoked = true;
    return tokens.length;
  }

  /** Ends every request token that could still become an access token; returns how many. */
  expireRequestTokens() {
    const usable = [...this.requestTokens.keys()].flatMap(
      (value) => this.usableRequestToken(value) ?? [],
    );
    for (const token of usable) token.expiresAt = Number.NEGATIVE_INFINITY;
    return usable.length;
  }

  tokenSecrets() {
    const tokens = [...this.requestTokens.values(), ...this.accessTokens.values()];
    return tokens.map(({ secret }) => secret);
  }

  verifiers() {
    return [...this.requestTokens.values()].flatMap(({ decided }) => decided?.verifier ?? []);
  }
}

/** Base64 like the portal's, and always with each of the characters that have to be encoded. */
function tokenSecret(): string {
  const secret = randomBytes(17).toString("base64");
  return secret.includes("+") && secret.includes("/") ? secret : tokenSecret();
}

function verifier() {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
