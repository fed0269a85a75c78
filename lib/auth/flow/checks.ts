import "server-only";
import type { cookies } from "next/headers";
import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { settings } from "@/lib/env";

/**
 * Auth.js keeps what it will check at the callback (`state`, `nonce`, the PKCE verifier) in cookies with one set of names
 * for the whole browser, so that a second tab overwrites the first. We take them out at the start and give them back at the
 * callback; in between the flow carries what is in them.
 */
const CHECKS = ["state", "nonce", "pkce.code_verifier"] as const;

/** A portal's page left open longer than this must be begun again. */
export const FLOW_SECONDS = 15 * 60;

/** What each check compares with; `state` is not kept, because it comes back by itself. */
export const Checks = z.partialRecord(z.enum(CHECKS), z.string());
export type Checks = z.infer<typeof Checks>;

/** What Auth.js seals into a check's cookie (its lib/actions/callback/oauth/checks.js). */
const CheckCookie = z.object({ value: z.string() });

/** Takes Auth.js's cookies out of the jar. */
export async function takeChecks(jar: Awaited<ReturnType<typeof cookies>>): Promise<Checks> {
  const checks: Checks = {};
  for (const check of CHECKS) {
    const name = cookieName(check);
    const value = await openCheck(name, jar.get(name)?.value);
    if (value === null) continue;
    jar.delete({ name, path: "/", secure: settings().secure });
    if (check !== "state") checks[check] = value;
  }
  jar.delete({ name: cookieName("callback-url"), path: "/", secure: settings().secure }); // a flow knows where it ends
  return checks;
}

/** What a check's cookie holds; null when there is none, and when it does not open: then another app on this host made it. */
async function openCheck(name: string, sealed: string | undefined): Promise<string | null> {
  const secret = settings().authSecret;
  const opened = await decode({ token: sealed, salt: name, secret }).catch(() => null);
  return CheckCookie.safeParse(opened).data?.value ?? null;
}

/** The `Cookie` header with which Auth.js finds its checks again. */
export async function checksHeader(provider: string, state: string, checks: Checks) {
  const pairs = Object.entries({ ...checks, state }).map(async ([check, value]) => {
    const name = cookieName(check);
    const token = { value, provider };
    const secret = settings().authSecret;
    return `${name}=${await encode({ token, salt: name, secret, maxAge: FLOW_SECONDS })}`;
  });
  return (await Promise.all(pairs)).join("; ");
}

function cookieName(check: string) {
  return `${settings().secure ? "__Secure-" : ""}authjs.${check}`;
}
