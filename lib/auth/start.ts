import "server-only";
import { cookies } from "next/headers";
import { settings } from "@/lib/env";
import type { Connection } from "@/lib/portals/connections";
import { signIn } from "./auth";
import { reportFailure } from "./failure";
import { type Flow, keepFlow, type ReturnPath } from "./flow";
import { type Problem, pathWith } from "./problems";
import { newReference } from "./reference";
import { liveSession, sessionCookieName } from "./session";
import { type Trip, withTrip } from "./trip";

/** What the authorization request may say: RFC 6749 section 4.1.1, RFC 7636 section 4.3. The rest is Auth.js's own idea. */
const ADDED_BY_AUTH_JS = ["scope"];

/**
 * Starts every flow: leaves a sealed flow in the browser and resolves to the address to send it to. That is the
 * portal's authorization endpoint, or a page of ours that says why not.
 */
export async function startFlow(
  connection: Connection,
  mode: Flow["mode"],
  returnTo: ReturnPath,
): Promise<string> {
  const jar = await cookies();
  const now = new Date();
  const session = await liveSession(jar.get(sessionCookieName())?.value, now);
  const end = (problem: Problem) =>
    refuse(connection, mode, problem, session ? "/dashboard" : "/sign-in");

  if (mode === "link" && !session) return end("sign_in_first");
  if (mode === "signin" && connection.signIn === "never") return end("not_offered");

  const url = new URL(await authorizationRequest(connection, returnTo), settings().origin);
  const checks = await takeChecks();
  const state = url.searchParams.get("state");
  if (!state) return end("internal");
  if (!connection.scope) for (const name of ADDED_BY_AUTH_JS) url.searchParams.delete(name);

  await keepFlow(state, {
    connection: connection.id,
    mode,
    returnTo,
    owner: mode === "link" && session ? { user: session.user.id, session: session.hash } : null,
    checks,
    startedAt: now.getTime(),
  });
  return url.href;
}

/** The authorization request as Auth.js makes it; when it cannot, an address without `state`. */
async function authorizationRequest(connection: Connection, returnTo: ReturnPath): Promise<string> {
  const trip: Trip = { connection };
  return withTrip(trip, () => signIn(connection.id, { redirect: false, redirectTo: returnTo }));
}

/** Takes out of the jar what Auth.js has just put in: one set of names for the whole browser, which a second tab would overwrite. */
async function takeChecks(): Promise<Record<string, string>> {
  const jar = await cookies();
  const checks = jar
    .getAll()
    .filter(({ name }) => /authjs\.(state|nonce|pkce\.code_verifier|callback-url)$/.test(name));
  for (const { name } of checks) jar.delete({ name, path: "/", secure: name.startsWith("__") });
  const kept = checks.filter(({ name }) => !name.endsWith("callback-url")); // a flow knows where it ends
  return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
}

function refuse(
  connection: Connection,
  mode: Flow["mode"],
  problem: Problem,
  page: "/dashboard" | "/sign-in",
) {
  const reference = newReference();
  reportFailure({ problem }, { connection: connection.id, mode, reference });
  return pathWith(page, { kind: "problem", problem, connection: connection.id, mode, reference });
}
