import "server-only";
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader, errors } from "jose";
import { z } from "zod";
import { byDatabaseClock } from "@/lib/db/clock";
import { settings, type TokenKey } from "@/lib/env";
import type { TokenSet } from "@/lib/oauth/tokens";
import { aesKey } from "./aes-key";

/** Where a ciphertext belongs. It opens nowhere else: the place is authenticated with it. */
export type TokenPlace = ({ accountId: string } | { revocationId: string }) & {
  column: TokenColumn;
};

export type TokenColumn = "access_token" | "refresh_token" | "oauth_token_secret";

/** Tokens at rest: JWE compact serialization (RFC 7516), `dir` with A256GCM; the first key encrypts, all decrypt. */
export class Vault {
  private readonly keys: ReadonlyMap<string, TokenKey["key"]>;
  private readonly newest: TokenKey;
  /** The name of the key that encrypts. */
  readonly kid: string;
  /** How everything begins that this key has sealed, enough of it to tell it from what another has. */
  readonly beginning: string;

  /** @param keys newest first, at least one */
  constructor(keys: readonly TokenKey[]) {
    const [newest] = keys;
    if (!newest) throw new Error("A vault needs a key");
    this.newest = newest;
    this.kid = newest.kid;
    this.beginning = beginningOf(JSON.stringify(this.header("")));
    this.keys = new Map(keys.map(({ kid, key }) => [kid, key]));
  }

  async seal(token: string, place: TokenPlace): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(token))
      .setProtectedHeader(this.header(placeName(place)))
      .encrypt(await aesKey(this.newest.key));
  }

  /** @throws {VaultError} when the key is gone, the text was changed, or it was moved from another place */
  async open(sealed: string, place: TokenPlace): Promise<string> {
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(
        sealed,
        ({ kid }) => this.keyNamed(kid),
        { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] },
      );
      if (protectedHeader.at !== placeName(place)) throw new VaultError("It belongs elsewhere");
      return new TextDecoder().decode(plaintext);
    } catch (cause) {
      if (cause instanceof errors.JOSEError) throw new VaultError("It does not decrypt", { cause });
      throw cause;
    }
  }

  has(kid: string) {
    return this.keys.has(kid);
  }

  /** The same under the newest key. What is under it already comes back as it is, unopened. @throws {VaultError} */
  async reseal(sealed: string, place: TokenPlace): Promise<string> {
    if (kidOf(sealed) === this.kid) return sealed;
    return this.seal(await this.open(sealed, place), place);
  }

  private header(at: string) {
    return { alg: "dir", enc: "A256GCM", kid: this.kid, at };
  }

  private keyNamed(kid: unknown): Promise<CryptoKey> {
    const key = typeof kid === "string" && this.keys.get(kid);
    if (!key) throw new VaultError(`There is no key "${String(kid)}" in TOKEN_KEYS`);
    return aesKey(key);
  }
}

/** The name of the key that something is sealed with, as it says itself; null when it is not ours at all. */
export function kidOf(sealed: string): string | null {
  try {
    return decodeProtectedHeader(sealed).kid ?? null;
  } catch {
    return null;
  }
}

/** The encoding of a header without a place, up to where that would begin. Base64 can be cut after every third byte. */
function beginningOf(header: string) {
  const bytes = Buffer.from(header.slice(0, -'"}'.length));
  return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString("base64url");
}

/** A stored token that cannot be read. Never answered with the ciphertext or with nothing. */
export class VaultError extends Error {
  override readonly name = "VaultError";
}

let opened: Vault | null = null;

/** The vault of this deployment's `TOKEN_KEYS`. */
export function vault(): Vault {
  opened ??= new Vault(settings().tokenKeys);
  return opened;
}

/** The columns of a link that its tokens fill, as JSON can carry them. */
export const SealedTokens = z.object({
  access_token: z.string().nullable(),
  refresh_token: z.string().nullable(),
  oauth_token_secret: z.string().nullable(),
  kid: z.string(),
  expires_at: z.number().nullable(),
  issuedAt: z.coerce.date().nullable(),
  scope: z.string().nullable(),
});
type SealedTokens = z.infer<typeof SealedTokens>;

/** A token set as the columns of a link, sealed for exactly that row. */
export async function tokenColumns(accountId: string, tokens: TokenSet): Promise<SealedTokens> {
  const seal = (token: string | null, column: TokenColumn) =>
    token === null ? null : vault().seal(token, { accountId, column });
  return {
    access_token: await seal(tokens.accessToken, "access_token"),
    refresh_token: await seal(tokens.refreshToken, "refresh_token"),
    oauth_token_secret: await seal(tokens.tokenSecret, "oauth_token_secret"),
    kid: vault().kid,
    expires_at: tokens.expiresAt && Math.floor(byDatabaseClock(tokens.expiresAt).getTime() / 1000),
    issuedAt: tokens.issuedAt,
    scope: tokens.scope,
  };
}

/** What was sealed a while ago, as it is to be stored now: a key that is on its way out gets nothing new. */
export async function resealed(accountId: string, tokens: SealedTokens): Promise<SealedTokens> {
  const reseal = (sealed: string | null, column: TokenColumn) =>
    sealed === null ? null : vault().reseal(sealed, { accountId, column });
  return {
    ...tokens,
    access_token: await reseal(tokens.access_token, "access_token"),
    refresh_token: await reseal(tokens.refresh_token, "refresh_token"),
    oauth_token_secret: await reseal(tokens.oauth_token_secret, "oauth_token_secret"),
    kid: vault().kid,
  };
}

function placeName(place: TokenPlace) {
  const row =
    "accountId" in place ? `Account/${place.accountId}` : `Revocation/${place.revocationId}`;
  return `${row}/${place.column}`;
}
