import { z } from "zod";

/** What ImmoScout24's documentation leaves open. */
export const ImmoScout24Options = z.strictObject({
  /** How far a timestamp may be off. */
  timestampWindowSeconds: z.int().min(0).default(300),
  /** Whether a nonce is refused when it comes again. */
  oneNonceOnce: z.boolean().default(true),
  /** RFC 5849 section 2.1 demands "true"; the documentation does not show it. */
  callbackConfirmed: z.enum(["true", "false", "absent"]).default("true"),
  /** What a token response calls itself; it is a form either way. */
  tokenContentType: z.enum(["text", "form"]).default("text"),
  /** The documentation's example demands a verifier even of a refusal. */
  verifierOnRejection: z.boolean().default(false),
  /** "Re-authorizing may overwrite the earlier token." */
  relinkEndsEarlier: z.boolean().default(true),
  /** Recorded answers have `L-IS24-CauserId`; the documentation does not. */
  causerId: z.boolean().default(true),
  /** How errors are written: as `Accept` asks, or in one of the ways that have been seen. */
  errors: z.enum(["accept", "xml", "json", "flat", "text"]).default("accept"),
});

export type ImmoScout24Options = z.infer<typeof ImmoScout24Options>;
