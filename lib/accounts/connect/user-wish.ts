import "server-only";
import { z } from "zod";
import { EXTERNAL_ID } from "../linking/one-user";

/** A client's user, as the client names them. */

export const ExternalId = z
  .string()
  .regex(EXTERNAL_ID, {
    error: "must be 1 to 255 letters, digits and characters of ._~:@+-",
  })
  .describe("A client's own name for a user of its own.");

/** Text that is shown to people. */
export const shownText = (what: string, most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !/\p{C}/u.test(text), { error: "must not hold control characters" })
    .describe(what);

export const UserWish = z.strictObject({
  external_id: ExternalId,
  name: shownText("Shown to people.", 200).nullish(),
  email: shownText("Shown to people; it identifies no user.", 254).nullish(),
});
export type UserWish = z.infer<typeof UserWish>;
