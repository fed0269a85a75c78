import { randomBytes } from "node:crypto";
import type { Application } from "./applications";
import type { AuthorizationRequest } from "./authorize";
import type { OlxPerson } from "./people";

/** OLX's codes, access tokens and refresh tokens. */

export type Account = { site: string; person: OlxPerson };

/** All tokens that came from one code, refreshed ones too. They are revoked together. */
export type Family = { application: Application; account: Account; revoked: boolean };

type Code = { family: Family; expiresAt: number; spent: boolean; redirectUri: string | null };

type AccessToken = { family: Family; expiresAt: number };

type RefreshToken = { family: Family; expiresAt: number; spentAt: number | null };

const CODE_TTL_MS = 60_000; // "only lasts 60 seconds"
const ACCESS_TOKEN_TTL_SECONDS = 3600;
const REFRESH_TOKEN_TTL_MS = 365 * 24 * 3_600_000;
const GRACE_MS = 60_000;

export class Store {
  readonly codes = new Map<string, Code>();
  readonly accessTokens = new Map<string, AccessToken>();
  readonly refreshTokens = new Map<string, RefreshToken>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issueCode(
    { application, redirectUri, namesRedirectUri }: Omit<AuthorizationRequest, "state">,
    account: Account,
  ) {
    const code = secret();
    const family = { application, account, revoked: false };
    this.codes.set(code, {
      family,
      expiresAt: this.#now() + CODE_TTL_MS,
      spent: false,
      redirectUri: namesRedirectUri ? redirectUri : null,
    });
    return code;
  }

  issueAccessToken(family: Family) {
    const { expiresIn = ACCESS_TOKEN_TTL_SECONDS, livesSeconds = expiresIn } =
      family.account.person;
    const accessToken = secret();
    this.accessTokens.set(accessToken, { family, expiresAt: this.#now() + livesSeconds * 1000 });
    return { accessToken, expiresIn };
  }

  issueRefreshToken(family: Family) {
    const refreshToken = secret();
    const expiresAt = this.#now() + REFRESH_TOKEN_TTL_MS;
    this.refreshTokens.set(refreshToken, { family, expiresAt, spentAt: null });
    return refreshToken;
  }

  isExpired({ expiresAt }: { expiresAt: number }) {
    return this.#now() > expiresAt;
  }

  spend(token: RefreshToken) {
    token.spentAt ??= this.#now();
  }

  /** Whether it was spent so recently that the app may not have received the answer. */
  isInGracePeriod({ spentAt }: RefreshToken) {
    return spentAt !== null && this.#now() - spentAt <= GRACE_MS;
  }

  /** Ends all codes that could still be used; returns how many. */
  expireCodes() {
    return this.#expire([...this.codes.values()].filter(({ spent }) => !spent));
  }

  expireAccessTokens() {
    return this.#expire([...this.accessTokens.values()].filter(({ family }) => !family.revoked));
  }

  /** The account's access tokens that are not revoked. Expired ones count: they can be refreshed. */
  liveTokens({ site, person }: Account) {
    return [...this.accessTokens.values()].filter(
      ({ family: { account, revoked } }) =>
        !revoked && account.site === site && account.person === person,
    );
  }

  removeApp(account: Account) {
    const tokens = this.liveTokens(account);
    for (const { family } of tokens) family.revoked = true;
    return tokens.length;
  }

  #expire(candidates: readonly { expiresAt: number }[]) {
    const usable = candidates.filter((candidate) => !this.isExpired(candidate));
    for (const candidate of usable) candidate.expiresAt = Number.NEGATIVE_INFINITY;
    return usable.length;
  }
}

/** Like the samples in the documentation: `7faf9c72733ad3472963fdb3cb24b94e2f641a06`. */
function secret() {
  return randomBytes(20).toString("hex");
}
