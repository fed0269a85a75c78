import "server-only";
import { z } from "zod";
import { findConnection } from "@/lib/conversation/configuration";
import { byOurClock } from "@/lib/db/clock";
import type { Connection } from "@/lib/portals/connections";
import { isSignInOnly } from "@/lib/portals/sign-in-only";
import type { By } from "../audit";
import { shownText, UserWish } from "../connect/user-wish";
import type { Import } from "./import-link";

/** What a client asks for with tokens that it already has: one line of a file, or the body of a call. */

/** What may stand in a header, RFC 6750 section 2.1 and more. */
const token = (what: string) =>
  z
    .string()
    .regex(/^[\x21-\x7e]{1,8192}$/, {
      error: "must be 1 to 8192 characters that a header may hold, without blanks",
    })
    .describe(what);

const Tokens = z.strictObject({
  access_token: token("The access token; under OAuth 1.0a the token."),
  refresh_token: token(
    "Where the portal has one. It is spent when the access token has ended.",
  ).nullish(),
  token_secret: token("Under OAuth 1.0a, and there it is needed.").nullish(),
  expires_at: z.iso
    .datetime({ offset: true, error: "must be a moment with its zone, as ISO 8601 has it" })
    .describe("When the access token ends, where that is known.")
    .nullish(),
  scope: z
    .string()
    .max(4_000)
    .regex(/^[\x20-\x7e]*$/, { error: "must be names with blanks between them" })
    .describe("What it is for, as RFC 6749 section 3.3 has it.")
    .nullish(),
});

export const ImportWish = z
  .strictObject({
    user: UserWish.describe("Your user whose link it will be."),
    connection: z.string().regex(/^[\w-]{1,64}$/, { error: "must be a connection's id" }),
    label: shownText("A name for the link, shown to people.", 100).nullish(),
    tokens: Tokens.describe("Issued to this deployment's registration at the portal."),
  })
  .describe("Tokens that you have, and the user whose they are.");
export type ImportWish = z.infer<typeof ImportWish>;

export type WishError = { pointer: string; detail: string };

/**
 * A wish as it can be done.
 * @param maySee whether the key that asks is for a connection
 * @returns what is wrong with it otherwise, by JSON Pointer
 */
export function importFrom(
  { user, connection: id, label, tokens }: ImportWish,
  { clientId, maySee, ...by }: By & { clientId: string; maySee: (connection: string) => boolean },
): Import | WishError[] {
  const connection = maySee(id) && !isSignInOnly(id) ? findConnection(id) : null;
  if (!connection) return [{ pointer: "#/connection", detail: "must be a connection of this key" }];
  const errors = misfits(connection, tokens);
  if (errors.length > 0) return errors;
  return {
    ...by,
    clientId,
    externalId: user.external_id,
    shown: { name: user.name ?? null, email: user.email ?? null },
    connection,
    label: label ?? null,
    tokens: {
      accessToken: tokens.access_token,
      tokenSecret: tokens.token_secret ?? null,
      refreshToken: tokens.refresh_token ?? null,
      expiresAt: tokens.expires_at ? byOurClock(new Date(tokens.expires_at)) : null,
      issuedAt: null,
      scope: tokens.scope || null,
    },
  };
}

/** What this portal has not, or cannot do without. */
function misfits({ portal }: Connection, tokens: z.infer<typeof Tokens>): WishError[] {
  const error = (name: keyof typeof tokens, detail: string) => ({
    pointer: `#/tokens/${name}`,
    detail,
  });
  if (portal.protocol !== "oauth1") {
    return tokens.token_secret ? [error("token_secret", "this portal has none")] : [];
  }
  return [
    ...(tokens.token_secret ? [] : [error("token_secret", "is required at this portal")]),
    ...(tokens.refresh_token ? [error("refresh_token", "this portal has none")] : []),
  ];
}
