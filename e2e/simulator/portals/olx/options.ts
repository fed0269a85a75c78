import { z } from "zod";

/** What OLX's documentation leaves open. */
export const OlxOptions = z.strictObject({
  /** The paths of before August 2024. */
  oldPath: z.enum(["redirect", "gone"]).default("redirect"),
  /** "If they refuse …, they are redirected back to your app": with nothing, the state, or an error besides. */
  refusal: z.enum(["none", "state", "error"]).default("error"),
  /** Whether a code's second use ends what its first use has brought. */
  codeReuse: z.enum(["refuse", "revoke"]).default("revoke"),
  /**
   * What becomes of a refresh token that has been used: its next use ends the whole family, or is forgiven for
   * a minute; or it stays good, and the answer has no new one.
   */
  refresh: z.enum(["strict", "grace", "keep"]).default("strict"),
  /** The status of a refresh token that is no good. */
  refreshRefusal: z.union([z.literal(400), z.literal(401), z.literal(403)]).default(400),
});

export type OlxOptions = z.infer<typeof OlxOptions>;
