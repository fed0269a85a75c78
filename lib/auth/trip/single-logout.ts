import "server-only";
import { randomBytes } from "node:crypto";
import { cookies } from "next/headers";
import type { NextRequest } from "next/server";
import { z } from "zod";
import { seal, unseal } from "@/lib/accounts/tokens/sealed";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import { findConnection, redirectUri } from "@/lib/conversation/configuration";
import { logoutAddressOf } from "@/lib/conversation/issuers";
import { settings } from "@/lib/env";
import type { Connection } from "@/lib/portals/connections";
import { pathWith } from "../flow/problems";
import { lastConnection } from "../session/last-connection";
import { ownCookie } from "../session/session";
import { signOut } from "../session/sign-out";

/**
 * Signing out at the portal too, where it has an address for that: as OpenID Connect RP-Initiated Logout 1.0, but the
 * address to come back to is our callback's, since it has to be the registered one. The session here ends before the
 * user leaves, so a return only has to be recognised.
 */

/** How long a user may take on the portal's page. */
const AWAY_SECONDS = 10 * 60;

const Away = z.object({ stateHash: z.string(), connection: z.string() });

/** The connection whose portal can sign this browser out as well: the one that it was last signed in through. */
export async function logoutOffer(): Promise<{ connection: string } | null> {
  const there = await signedInThrough();
  return there && { connection: there.connection.id };
}

/** Ends the session here. @returns where to send the browser, so that it is signed out at the portal too */
export async function signOutThereToo(): Promise<string> {
  await signOut(); // first: the portal may have to be asked for its address, and not answer
  const there = await signedInThrough();
  if (!there) return signedOutPage(null);
  const { connection, logout } = there;
  const state = randomBytes(32).toString("base64url");
  const expires = new Date(Date.now() + AWAY_SECONDS * 1000);
  const away = { stateHash: sha256(state), connection: connection.id };
  const value = await seal("logout", away, expires);
  (await cookies()).set({ name: logoutCookieName(), value, maxAge: AWAY_SECONDS, ...ownCookie() });

  const address = new URL(logout);
  address.searchParams.set("client_id", connection.registration.id);
  address.searchParams.set("post_logout_redirect_uri", redirectUri(connection));
  address.searchParams.set("state", state);
  return address.href;
}

/**
 * Whether this is a portal's redirect after signing out a user whom we sent there.
 * @returns the page to end on; null when it is nothing of the kind
 */
export async function backFromLogout(request: NextRequest, state: string): Promise<string | null> {
  const sealed = request.cookies.get(logoutCookieName())?.value;
  const away = sealed ? await unseal("logout", sealed, Away) : null;
  if (away?.stateHash !== sha256(state)) return null;
  const path = findConnection(away.connection)?.callbackPath;
  return path === request.nextUrl.pathname ? signedOutPage(away.connection) : null;
}

/** Takes the one-use cookie back. */
export function forgottenLogout() {
  return { name: logoutCookieName(), value: "", maxAge: 0, ...ownCookie() };
}

async function signedInThrough(): Promise<{ connection: Connection; logout: string } | null> {
  const id = await lastConnection();
  const connection = id ? findConnection(id) : null;
  const logout = connection && (await logoutAddressOf(connection));
  return connection && logout ? { connection, logout } : null;
}

function signedOutPage(connection: string | null) {
  return pathWith("/sign-in", { kind: "success", success: "signed_out", connection });
}

function logoutCookieName() {
  return `${settings().secure ? "__Host-" : ""}portico.logout`;
}
