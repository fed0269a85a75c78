import { randomInt } from "node:crypto";

/** The consents, codes, access tokens and refresh tokens of the authorization server. */

/** A key that the portal gave to an app. */
export type Client = {
  id: string;
  secret: string;
  redirectUris: readonly string[];
  /** Which of the portal's two authorization servers accepts it; "personal" for a key that comes with its token. */
  protocol: "openid" | "draft10" | "personal";
  /** Which people it is for. */
  audience: "member" | "consumer";
  /** Whether it may exchange a user name and a password for tokens. */
  passwordGrant: boolean;
  /** Whether it is for replication, which has a host of its own. */
  replication?: true;
};

export type Code = {
  value: string;
  client: Client;
  redirectUri: string;
  subject: string;
  /** From the authorization request, for the ID token. */
  nonce: string | null;
  expiresAt: number;
  /** The family that the code was exchanged for. */
  spentOn: Family | null;
};

/** All tokens that came from one code, refreshed ones too. They are revoked together. */
export type Family = { client: Client; subject: string; revoked: boolean };

export type AccessToken = { value: string; family: Family; expiresAt: number };

export type RefreshToken = { value: string; family: Family; spentAt: number | null };

/** The result of a code or a refresh token; only a code has a nonce. */
export type Redeemed = { family: Family; nonce: string | null };

export type TokenPair = { accessToken: string; refreshToken: string; expiresIn: number };

const CODE_TTL_MS = 60_000;

export class Store {
  readonly codes = new Map<string, Code>();
  readonly accessTokens = new Map<string, AccessToken>();
  readonly refreshTokens = new Map<string, RefreshToken>();
  readonly #consents = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issueCode(code: Pick<Code, "client" | "redirectUri" | "subject" | "nonce">) {
    const value = secret(25);
    const expiresAt = this.#now() + CODE_TTL_MS;
    this.codes.set(value, { ...code, value, expiresAt, spentOn: null });
    this.#consents.add(consentKey(code.client, code.subject));
    return value;
  }

  /** A code works once, in time, for its client and its redirect address. */
  redeemCode(client: Client, value: string, redirectUri: string): Redeemed | null {
    const code = this.codes.get(value);
    if (!code || code.client.id !== client.id) return null;
    if (code.spentOn) {
      code.spentOn.revoked = true; // RFC 6749 section 4.1.2: a code that comes twice may be stolen
      return null;
    }
    if (this.isExpired(code) || code.redirectUri !== redirectUri) return null;
    code.spentOn = { client, subject: code.subject, revoked: false };
    return { family: code.spentOn, nonce: code.nonce };
  }

  /** RFC 9700 section 4.14.2: a refresh token that comes twice may be stolen, so its family is revoked. */
  redeemRefreshToken(client: Client, value: string, graceSeconds: number): Redeemed | null {
    const token = this.refreshTokens.get(value);
    if (!token || token.family.client.id !== client.id || token.family.revoked) return null;
    const forgivenUntil = token.spentAt === null ? null : token.spentAt + graceSeconds * 1000;
    if (forgivenUntil !== null && this.#now() >= forgivenUntil) {
      token.family.revoked = true;
      return null;
    }
    token.spentAt ??= this.#now();
    return { family: token.family, nonce: null };
  }

  isExpired({ expiresAt }: { expiresAt: number }) {
    return this.#now() > expiresAt;
  }

  /** Ends all codes that could still be used; returns how many. */
  expireCodes() {
    const usable = [...this.codes.values()].filter(
      (code) => !code.spentOn && !this.isExpired(code),
    );
    for (const code of usable) code.expiresAt = Number.NEGATIVE_INFINITY;
    return usable.length;
  }

  /** Ends all valid access tokens that have an end, but no refresh tokens; returns how many. */
  expireAccessTokens() {
    const usable = this.#liveAccessTokens().filter(
      (token) => Number.isFinite(token.expiresAt) && !this.isExpired(token),
    );
    for (const token of usable) token.expiresAt = Number.NEGATIVE_INFINITY;
    return usable.length;
  }

  issueTokens(family: Family, expiresIn: number): TokenPair {
    const [access, refresh] = [secret(40), secret(40)];
    const expiresAt = this.#now() + expiresIn * 1000;
    this.accessTokens.set(access, { value: access, family, expiresAt });
    this.refreshTokens.set(refresh, { value: refresh, family, spentAt: null });
    return { accessToken: access, refreshToken: refresh, expiresIn };
  }

  /** A token without an end and without a refresh token. */
  issueEndlessToken(family: Family): string {
    const value = secret(40);
    this.accessTokens.set(value, { value, family, expiresAt: Number.POSITIVE_INFINITY });
    return value;
  }

  hasConsented(client: Client, subject: string) {
    return this.#consents.has(consentKey(client, subject));
  }

  /** Revokes one family; the person is asked for consent again next time. */
  endFamily(family: Family) {
    family.revoked = true;
    this.#consents.delete(consentKey(family.client, family.subject));
  }

  /** Whether the client has a consent or a token of the person. */
  hasAccess(client: Client, subject: string) {
    return this.hasConsented(client, subject) || this.#tokensOf(client, subject).length > 0;
  }

  /** As if the person had removed the app. Returns how many access tokens that ended. */
  removeClient(client: Client, subject: string) {
    const tokens = this.#tokensOf(client, subject);
    for (const { family } of tokens) this.endFamily(family);
    this.#consents.delete(consentKey(client, subject));
    return tokens.length;
  }

  #tokensOf(client: Client, subject: string) {
    return this.#liveAccessTokens().filter(
      ({ family }) => family.client.id === client.id && family.subject === subject,
    );
  }

  #liveAccessTokens() {
    return [...this.accessTokens.values()].filter(({ family }) => !family.revoked);
  }
}

function consentKey(client: Client, subject: string) {
  return `${client.id} ${subject}`;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function secret(length: number) {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
