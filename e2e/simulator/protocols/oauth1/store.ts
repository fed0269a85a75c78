import { randomBytes, randomInt, randomUUID } from "node:crypto";

/** The request tokens and access tokens of a portal with OAuth 1.0a. */

export type RequestToken = {
  value: string;
  secret: string;
  callback: string;
  expiresAt: number;
  /** Null until a person decides. `verifier` goes back to the app with the decision. */
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

  /** A request token that is not expired and not exchanged yet. */
  usableRequestToken(value: string | null | undefined) {
    const token = this.requestTokens.get(value ?? "");
    return token && !token.spent && this.#now() <= token.expiresAt ? token : null;
  }

  decide(token: RequestToken, decision: "authorized" | "rejected", ownerId: string) {
    token.decided = { decision, ownerId, verifier: verifier() };
    return token.decided;
  }

  /** "Lifetime token": valid until the user removes the app. */
  exchange(token: RequestToken, ownerId: string): AccessToken {
    token.spent = true;
    return this.issueAccessToken(ownerId);
  }

  issueAccessToken(ownerId: string): AccessToken {
    const token = { value: randomUUID(), secret: tokenSecret(), ownerId, revoked: false };
    this.accessTokens.set(token.value, token);
    return token;
  }

  liveTokens(ownerId: string) {
    return [...this.accessTokens.values()].filter(
      (token) => token.ownerId === ownerId && !token.revoked,
    );
  }

  /** Returns how many tokens were revoked. */
  revokeAll(ownerId: string) {
    const tokens = this.liveTokens(ownerId);
    for (const token of tokens) token.revoked = true;
    return tokens.length;
  }

  /** Ends all request tokens that could still be used; returns how many. */
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

/** Base64 like the portal's, and always with `+`, `/` and `=`, which have to be encoded. */
function tokenSecret(): string {
  const secret = randomBytes(17).toString("base64");
  return secret.includes("+") && secret.includes("/") ? secret : tokenSecret();
}

function verifier() {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]).join("");
}
