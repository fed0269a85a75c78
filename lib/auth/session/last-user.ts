import "server-only";
import { z } from "zod";
import { seal, unseal } from "@/lib/accounts/tokens/sealed";
import { settings } from "@/lib/env";
import { ownCookie } from "./session";

/** Who has signed in last in a browser, also when the session is over. It lets no user in: it only tells visitors apart. */

const ONE_YEAR_SECONDS = 365 * 24 * 60 * 60;

const LastUser = z.object({ user: z.string() });

/** @param jar the cookies of a request */
export async function lastUser(jar: {
  get(name: string): { value: string } | undefined;
}): Promise<string | null> {
  const sealed = jar.get(cookieName())?.value;
  return (sealed && (await unseal("last-user", sealed, LastUser))?.user) || null;
}

export async function lastUserCookie(user: string) {
  const expires = new Date(Date.now() + ONE_YEAR_SECONDS * 1000);
  const value = await seal("last-user", { user }, expires);
  return { name: cookieName(), value, maxAge: ONE_YEAR_SECONDS, ...ownCookie() };
}

function cookieName() {
  return `${settings().secure ? "__Host-" : ""}portico.last-user`;
}
