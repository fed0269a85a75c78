import { z } from "zod";

/** Behaviour that OLX's documentation leaves open. */
export const OlxOptions = z.strictObject({
  /** The authorization paths that were used before August 2024. */
  oldPath: z.enum(["redirect", "gone"]).default("redirect"),
  /** "If they refuse …, they are redirected back to your app": with no parameter, with the state, or with an error too. */
  refusal: z.enum(["none", "state", "error"]).default("error"),
  /** Whether the second use of a code also revokes the tokens of the first. */
  codeReuse: z.enum(["refuse", "revoke"]).default("revoke"),
  /**
   * The second use of a refresh token. strict: it revokes the whole family. grace: it works for one minute.
   * keep: a refresh token stays valid, and the answer has no new one.
   */
  refresh: z.enum(["strict", "grace", "keep"]).default("strict"),
  /** The status for a refresh token that is not valid. */
  refreshRefusal: z.union([z.literal(400), z.literal(401), z.literal(403)]).default(400),
});

export type OlxOptions = z.infer<typeof OlxOptions>;
