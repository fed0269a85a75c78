import "server-only";
import { z } from "zod";
import { seal, unseal } from "@/lib/accounts/tokens/sealed";
import { settings } from "@/lib/env";
import { ownCookie } from "../session/session";

/** When codes that a browser came back with were refused by a portal, lately: sealed, in the browser itself. */

/** How long each counts. */
export const REFUSED_SECONDS = 60;

/** Milliseconds since 1970. */
const Moments = z.object({ refusedAt: z.array(z.number()) });

/** @param jar the cookies of a request */
export async function refusedCodes(
  jar: { get(name: string): { value: string } | undefined },
  now: Date,
): Promise<number[]> {
  const sealed = jar.get(cookieName())?.value;
  const all = sealed ? (await unseal("refused", sealed, Moments))?.refusedAt : null;
  return (all ?? []).filter((at) => now.getTime() < at + REFUSED_SECONDS * 1000);
}

/** The cookie for a browser whose code has just been refused. */
export async function refusedCodesCookie(before: readonly number[], now: Date) {
  const expires = new Date(now.getTime() + REFUSED_SECONDS * 1000);
  const value = await seal("refused", { refusedAt: [...before, now.getTime()] }, expires);
  return { name: cookieName(), value, maxAge: REFUSED_SECONDS, ...ownCookie() };
}

function cookieName() {
  return `${settings().secure ? "__Host-" : ""}portico.refused`;
}
