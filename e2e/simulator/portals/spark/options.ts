import { z } from "zod";

/** What a test may change about Spark, beyond single answers that go wrong. */
export const SparkOptions = z.strictObject({
  /** What ID tokens are signed with: the first key, another one with the same `kid`, or one with its own. */
  signingKey: z.enum(["first", "rotated", "renamed"]).default("first"),
  /** Whether there is a UserInfo endpoint. */
  userinfoEndpoint: z.boolean().default(true),
  /** What Spark calls itself, in discovery and in ID tokens; its own address unless said. */
  issuer: z.url().nullable().default(null),
  /** RFC 9207: whether callbacks say who sent them. */
  authorizationResponseIss: z.boolean().default(false),
  /** For how long a spent refresh token is good once more; at 0 its second use ends everything. */
  refreshGraceSeconds: z.int().min(0).max(3600).default(0),
  /** An older list of errors has 1016 for calls without X-SparkApi-User-Agent; the current one has not. */
  requireSparkUserAgent: z.boolean().default(true),
});

export type SparkOptions = z.infer<typeof SparkOptions>;
