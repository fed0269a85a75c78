import "server-only";
import { cookies } from "next/headers";
import { settings } from "@/lib/env";
import type { Connection } from "@/lib/portals/connections";
import { signIn } from "./auth";
import { takeChecks } from "./checks";
import { type Failure, reportFailure, traceOf } from "./failure";
import { type Flow, keepFlow, type ReturnPath } from "./flow";
import { pathWith } from "./problems";
import { newReference } from "./reference";
import { liveSession, sessionCookieName } from "./session";
import { type Trip, withTrip } from "./trip";

/**
 * Starts every flow: leaves a sealed flow in the browser and resolves to the address to send it to. That is the
 * portal's authorization endpoint, or a page of ours that says why not.
 */
export async function startFlow(
  connection: Connection,
  mode: Flow["mode"],
  returnTo: ReturnPath,
): Promise<string> {
  const about = { connection: connection.id, mode, reference: newReference() };
  const refuse = (page: "/dashboard" | "/sign-in", failure: Failure) => {
    reportFailure(failure, about);
    return pathWith(page, { kind: "problem", problem: failure.problem, ...about });
  };
  try {
    const now = new Date();
    const session = await liveSession((await cookies()).get(sessionCookieName())?.value, now);
    if (mode === "link" && !session) return refuse("/sign-in", { problem: "sign_in_first" });
    if (mode === "signin" && connection.signIn === "never") {
      return refuse(session ? "/dashboard" : "/sign-in", { problem: "not_offered" });
    }
    const { address, state, checks } = await authorizationRequest(connection, returnTo);
    await keepFlow(state, {
      connection: connection.id,
      mode,
      returnTo,
      owner: mode === "link" && session ? { user: session.user.id, session: session.hash } : null,
      checks,
      startedAt: now.getTime(),
    });
    return address;
  } catch (error) {
    return refuse("/sign-in", { problem: "unavailable", detail: traceOf(error) });
  }
}

/** The authorization request as Auth.js makes it, RFC 6749 section 4.1.1, without what the portal does not document. */
async function authorizationRequest(connection: Connection, returnTo: ReturnPath) {
  const trip: Trip = { connection };
  const made = await withTrip(trip, () =>
    signIn(connection.id, { redirect: false, redirectTo: returnTo }),
  );
  const checks = await takeChecks(await cookies());
  const url = new URL(made, settings().origin);
  const state = url.searchParams.get("state");
  if (!state) throw trip.error ?? new Error("Auth.js made no authorization request");
  if (!connection.scope) url.searchParams.delete("scope"); // Auth.js has a scope of its own for those who name none
  return { address: url.href, state, checks };
}
