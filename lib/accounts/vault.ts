import "server-only";
import { CompactEncrypt, compactDecrypt, errors } from "jose";
import { settings, type TokenKey } from "@/lib/env";
import type { TokenSet } from "@/lib/oauth/tokens";

/** Where a ciphertext belongs. It opens nowhere else: the place is authenticated with it. */
export type Place = { accountId: string; column: TokenColumn };

export type TokenColumn = "access_token" | "refresh_token";

/** Tokens at rest: JWE compact serialization (RFC 7516), `dir` with A256GCM; the first key encrypts, all decrypt. */
export class Vault {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  private readonly newest: TokenKey;

  /** @param keys newest first, at least one */
  constructor(keys: readonly TokenKey[]) {
    const [newest] = keys;
    if (!newest) throw new Error("A vault needs a key");
    this.newest = newest;
    this.keys = new Map(keys.map(({ kid, key }) => [kid, key]));
  }

  async seal(token: string, place: Place): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(token))
      .setProtectedHeader({
        alg: "dir",
        enc: "A256GCM",
        kid: this.newest.kid,
        at: placeName(place),
      })
      .encrypt(this.newest.key);
  }

  /** @throws {VaultError} when the key is gone, the text was changed, or it was moved from another place */
  async open(sealed: string, place: Place): Promise<string> {
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

  private keyNamed(kid: unknown): Uint8Array {
    const key = typeof kid === "string" && this.keys.get(kid);
    if (!key) throw new VaultError(`There is no key "${String(kid)}" in TOKEN_KEYS`);
    return key;
  }
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

/** A token set as the columns of a link, sealed for exactly that row. */
export async function tokenColumns(accountId: string, tokens: TokenSet) {
  const seal = (token: string | null, column: TokenColumn) =>
    token === null ? null : vault().seal(token, { accountId, column });
  return {
    access_token: await seal(tokens.accessToken, "access_token"),
    refresh_token: await seal(tokens.refreshToken, "refresh_token"),
    expires_at: tokens.expiresAt && Math.floor(tokens.expiresAt.getTime() / 1000),
    issuedAt: tokens.issuedAt,
    scope: tokens.scope,
  };
}

function placeName({ accountId, column }: Place) {
  return `Account/${accountId}/${column}`;
}
