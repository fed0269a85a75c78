import { createLocalJWKSet } from "jose";
import { readJson } from "../answer";
import { send } from "../transport";
import { Kept } from "./kept";
import { readKeySet } from "./key-set";
import { fetchMetadata, type Metadata } from "./metadata";

/** An OpenID provider as it describes itself. Its metadata and keys are kept for an hour, and asked for again when they fail. */
export class Issuer {
  readonly #headers: Record<string, string>;
  readonly #metadata: Kept<Metadata>;
  readonly #keys: Kept<ReturnType<typeof readKeySet>>;

  constructor(address: string, headers: Record<string, string>) {
    this.#headers = headers;
    this.#metadata = new Kept(() => fetchMetadata(address, headers));
    this.#keys = new Kept(() => this.#fetchKeys());
  }

  /** @throws {OAuthError} see `fetchMetadata` */
  metadata(): Promise<Metadata> {
    return this.#metadata.get();
  }

  /** The keys that its signatures are checked with. @throws {OAuthError} */
  async keys() {
    return createLocalJWKSet(await this.#keys.get());
  }

  /** As `keys`, asked for anew: a signature did not fit those we had, and even a key of the same name may be another now. */
  async renewedKeys() {
    await this.#metadata.renewed().catch(() => null); // where the keys were is better than nothing
    return createLocalJWKSet(await this.#keys.renewed());
  }

  /** An address that it names has failed: it may have another by now. */
  doubt(): void {
    this.#metadata.doubt();
  }

  async #fetchKeys() {
    const { jwks_uri } = await this.metadata();
    try {
      const headers = { ...this.#headers, accept: "application/json" };
      return readKeySet(readJson(await send({ url: jwks_uri, headers })));
    } catch (error) {
      this.doubt();
      throw error;
    }
  }
}
