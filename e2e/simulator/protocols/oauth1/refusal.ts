/** Why a signed request is refused; the portal has its own codes and formats for it. */
export class Refusal {
  readonly reason: "authentication" | "timestamp-or-nonce";
  readonly message: string;

  constructor(reason: Refusal["reason"], message: string) {
    this.reason = reason;
    this.message = message;
  }
}
