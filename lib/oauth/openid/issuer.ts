import { createLocalJWKSet, type JSONWebKeySet } from "jose";
import { z } from "zod";
import { OAuthError } from "../errors";
import { readJson, send } from "../transport";
import { fetchMetadata, type Metadata } from "./metadata";

/** After this long the addresses and keys are asked for again, whether or not anything failed. */
const MAX_AGE_MS = 60 * 60 * 1000;

const Key = z.looseObject({ kty: z.string() });

/** RFC 7517 section 5; a key that is none is no reason to refuse the others. */
const KeySet = z.object({
  keys: z
    .array(z.unknown())
    .transform((keys) => keys.flatMap((key) => Key.safeParse(key).data ?? []))
    .refine((keys) => keys.length > 0),
});

type Kept<T> = { value: Promise<T>; since: number; failed: boolean };

/** An OpenID provider as it describes itself. Its metadata and keys are kept for an hour. */
export class Issuer {
  readonly #address: string;
  readonly #headers: Record<string, string>;
  #metadata: Kept<Metadata> | null = null;
  #keys: Kept<JSONWebKeySet> | null = null;

  constructor(address: string, headers: Record<string, string>) {
    this.#address = address;
    this.#headers = headers;
  }

  /** @throws {OAuthError} see `fetchMetadata` */
  metadata(): Promise<Metadata> {
    this.#metadata = fresh(this.#metadata) ?? keep(fetchMetadata(this.#address, this.#headers));
    return this.#metadata.value;
  }

  /** The keys that its signatures are checked with. @throws {OAuthError} */
  async keys() {
    this.#keys = fresh(this.#keys) ?? keep(this.#fetchKeys());
    return createLocalJWKSet(await this.#keys.value);
  }

  /** As `keys`, asked for anew: a signature did not fit those we had, and even a key of the same name may be another now. */
  renewedKeys() {
    this.#keys = null;
    this.#metadata = null;
    return this.keys();
  }

  async #fetchKeys(): Promise<JSONWebKeySet> {
    const { jwks_uri } = await this.metadata();
    const answer = await send({
      url: jwks_uri,
      headers: { ...this.#headers, accept: "application/json" },
    });
    const parsed = KeySet.safeParse(readJson(answer));
    if (!parsed.success) throw new OAuthError("unexpected", "Not the key set of RFC 7517");
    return parsed.data as JSONWebKeySet;
  }
}

function keep<T>(value: Promise<T>): Kept<T> {
  const kept = { value, since: Date.now(), failed: false };
  value.catch(() => {
    kept.failed = true; // the next call tries again
  });
  return kept;
}

function fresh<T>(kept: Kept<T> | null) {
  return kept && !kept.failed && Date.now() < kept.since + MAX_AGE_MS ? kept : null;
}
