import { z } from "zod";

/** Behaviour of Spark that a test can change. */
export const SparkOptions = z.strictObject({
  /** The key for ID tokens: the first one, another one with the same `kid`, or another one with a new `kid`. */
  signingKey: z.enum(["first", "rotated", "renamed"]).default("first"),
  /** Whether there is a UserInfo endpoint. */
  userinfoEndpoint: z.boolean().default(true),
  /** The issuer in discovery and in ID tokens; by default Spark's own address. */
  issuer: z.url().nullable().default(null),
  /** RFC 9207: whether callbacks name the issuer. */
  authorizationResponseIss: z.boolean().default(false),
  /** How long a spent refresh token still works; with 0 its second use revokes the family. */
  refreshGraceSeconds: z.int().min(0).max(3600).default(0),
  /** An older list of errors has 1016 for calls without X-SparkApi-User-Agent; the current list does not. */
  requireSparkUserAgent: z.boolean().default(true),
});

export type SparkOptions = z.infer<typeof SparkOptions>;
