import { Refusal } from "./refusal";

type Rules = { timestampWindowSeconds: number; oneNonceOnce: boolean };

/**
 * Section 3.3: "The nonce value MUST be unique across all requests with the same timestamp, client credentials,
 * and token combinations", and a timestamp that is too old may be refused.
 */
export class Nonces {
  readonly #seen = new Set<string>();
  readonly #now: () => number;
  readonly #rules: () => Rules;

  constructor(now: () => number, rules: () => Rules) {
    this.#now = now;
    this.#rules = rules;
  }

  refuseTimestamp(timestamp: string): Refusal | null {
    if (!/^[1-9]\d{0,11}$/.test(timestamp)) {
      return new Refusal("authentication", "Timestamp must be a positive integer");
    }
    const apart = Math.abs(Number(timestamp) - Math.floor(this.#now() / 1000));
    if (apart <= this.#rules().timestampWindowSeconds) return null;
    return new Refusal("timestamp-or-nonce", "Expired timestamp.");
  }

  /** Comes after the check of the signature: a forged request must not use up a nonce. */
  refuseUsedNonce(parameters: ReadonlyMap<string, string>): Refusal | null {
    const names = ["oauth_timestamp", "oauth_consumer_key", "oauth_token", "oauth_nonce"];
    const key = JSON.stringify(names.map((name) => parameters.get(name)));
    const seen = this.#seen.has(key);
    this.#seen.add(key);
    if (!seen || !this.#rules().oneNonceOnce) return null;
    return new Refusal(
      "timestamp-or-nonce",
      `Nonce already used: ${parameters.get("oauth_nonce")}`,
    );
  }
}
