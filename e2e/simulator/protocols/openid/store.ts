import { randomInt } from "node:crypto";

/** What the authorization server keeps: consents, codes, and tokens that are exchanged for new ones. */

/** A key that the portal gave to an app. */
export type Client = {
  id: string;
  secret: string;
  redirectUris: readonly string[];
  /** Which of the portal's two authorization servers knows it. */
  protocol: "openid" | "draft10";
  /** Whom it may ask for. */
  audience: "member" | "consumer";
  /** Whether it may send a user name and a password. */
  passwordGrant: boolean;
};

export type Code = {
  value: string;
  client: Client;
  redirectUri: string;
  subject: string;
  /** As the authorization request had it, for the ID token. */
  nonce: string | null;
  expiresAt: number;
  /** What it was spent on. */
  spentOn: Family | null;
};

/** Every token that came of one code, refreshed ones too: they end together. */
export type Family = { client: Client; subject: string; revoked: boolean };

export type AccessToken = { value: string; family: Family; expiresAt: number };

export type RefreshToken = { value: string; family: Family; spentAt: number | null };

/** What a code or a refresh token turns into; only a code brings a nonce. */
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

  /** The client's own code, once, in time, and for the address it was asked for. */
  redeemCode(client: Client, value: string, redirectUri: string): Redeemed | null {
    const code = this.codes.get(value);
    if (!code || code.client.id !== client.id) return null;
    if (code.spentOn) {
      code.spentOn.revoked = true; // RFC 6749 section 4.1.2: a code seen twice has leaked
      return null;
    }
    if (this.isExpired(code) || code.redirectUri !== redirectUri) return null;
    code.spentOn = { client, subject: code.subject, revoked: false };
    return { family: code.spentOn, nonce: code.nonce };
  }

  /** RFC 9700 section 4.14.2: a refresh token that comes again has leaked, and its whole family ends. */
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

  /** Ends every code that could still be exchanged; returns how many. */
  expireCodes() {
    const usable = [...this.codes.values()].filter(
      (code) => !code.spentOn && !this.isExpired(code),
    );
    for (const code of usable) code.expiresAt = Number.NEGATIVE_INFINITY;
    return usable.length;
  }

  /** Ends every access token that was still good, and leaves what refreshes it; returns how many. */
  expireAccessTokens() {
    const usable = this.#liveAccessTokens().filter((token) => !this.isExpired(token));
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

  hasConsented(client: Client, subject: string) {
    return this.#consents.has(consentKey(client, subject));
  }

  /** Ends the tokens of one family, and the person is asked again next time. */
  endFamily(family: Family) {
    family.revoked = true;
    this.#consents.delete(consentKey(family.client, family.subject));
  }

  /** Whether there is anything that the person could take back. */
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
