import { z } from "zod";

/** Behaviour that ImmoScout24's documentation leaves open. */
export const ImmoScout24Options = z.strictObject({
  /** How far a timestamp may be from the portal's clock. */
  timestampWindowSeconds: z.int().min(0).default(300),
  /** Whether a nonce is refused at its second use. */
  oneNonceOnce: z.boolean().default(true),
  /** `oauth_callback_confirmed`: RFC 5849 section 2.1 demands "true"; the documentation does not show it. */
  callbackConfirmed: z.enum(["true", "false", "absent"]).default("true"),
  /** The content type of a token answer, which is always a form. */
  tokenContentType: z.enum(["text", "form"]).default("text"),
  /** Whether a denied request gets a verifier too, as in the documentation's example. */
  verifierOnRejection: z.boolean().default(false),
  /** Whether a new access token ends the earlier one: "re-authorizing may overwrite the earlier token". */
  relinkEndsEarlier: z.boolean().default(true),
  /** Whether answers have `L-IS24-CauserId`: recorded ones do, the documentation does not show it. */
  causerId: z.boolean().default(true),
  /** The format of errors: as `Accept` asks, or one of the formats that have been seen. */
  errors: z.enum(["accept", "xml", "json", "flat", "text"]).default("accept"),
});

export type ImmoScout24Options = z.infer<typeof ImmoScout24Options>;
