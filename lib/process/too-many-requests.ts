/** Thrown where a limit is reached, before anything was done. */
export class TooManyRequests extends Error {
  override readonly name = "TooManyRequests";
  /** After how many seconds it is worth another try. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super("Too many requests");
    this.retryAfter = retryAfter;
  }
}
