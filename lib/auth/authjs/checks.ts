import "server-only";
import type { cookies } from "next/headers";
import type { NextAuthConfig } from "next-auth";
import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { settings } from "@/lib/env";
import { type Checks, FLOW_SECONDS } from "../flow/flow";
import { localCookieName } from "../session/session";

/**
 * Auth.js keeps what it will check at the callback in cookies with one set of names for the whole browser, so that a second
 * tab overwrites the first. We take them out at the start and give them back at the callback; in between the flow carries
 * what is in them. Its `state` has 435 characters, more than some portals keep, so ours takes its place.
 */
const CHECKS = ["nonce", "pkce.code_verifier"] as const;

/** What Auth.js is to call its cookies. */
export function authJsCookies(): NextAuthConfig["cookies"] {
  return {
    state: { name: cookieName("state") },
    nonce: { name: cookieName("nonce") },
    pkceCodeVerifier: { name: cookieName("pkce.code_verifier") },
    callbackUrl: { name: cookieName("callback-url") },
  };
}

/** What Auth.js seals into a check's cookie (its lib/actions/callback/oauth/checks.js). */
const CheckCookie = z.object({ value: z.string() });

/** Takes Auth.js's cookies out of the jar. @returns what each check will compare with, but for `state` */
export async function takeChecks(
  jar: Awaited<ReturnType<typeof cookies>>,
): Promise<Omit<Checks, "state">> {
  const checks: Checks = {};
  const forget = (check: string) =>
    jar.delete({ name: cookieName(check), path: "/", secure: settings().secure });
  for (const check of CHECKS) {
    const name = cookieName(check);
    const value = await openCheck(name, jar.get(name)?.value);
    if (value === null) continue;
    forget(check);
    checks[check] = value;
  }
  forget("callback-url"); // a flow knows where it ends
  return checks;
}

/** What a check's cookie holds; null when there is none, and when it does not open, as after a change of `AUTH_SECRET`. */
async function openCheck(name: string, sealed: string | undefined): Promise<string | null> {
  const secret = settings().authSecret;
  const opened = await decode({ token: sealed, salt: name, secret }).catch(() => null);
  return CheckCookie.safeParse(opened).data?.value ?? null;
}

/** The `Cookie` header with which Auth.js finds its checks again. */
export async function checksHeader(provider: string, checks: Checks) {
  const pairs = Object.entries(checks).map(async ([check, value]) => {
    const name = cookieName(check);
    const token = { value, provider };
    const secret = settings().authSecret;
    return `${name}=${await encode({ token, salt: name, secret, maxAge: FLOW_SECONDS })}`;
  });
  return (await Promise.all(pairs)).join("; ");
}

function cookieName(check: string) {
  return settings().secure ? `__Secure-authjs.${check}` : localCookieName(check);
}
