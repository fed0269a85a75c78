import "server-only";
import NextAuth, { type NextAuthConfig } from "next-auth";
import { connections } from "@/lib/conversation/configuration";
import { database } from "@/lib/db/database";
import { settings } from "@/lib/env";
import { log } from "@/lib/process/log";
import { adapterForAuthJs } from "../linking/adapter";
import { complete } from "../linking/complete";
import { providerOf } from "./providers";
import { currentTrip } from "./trip";

/** Read at the first request, never at build: building needs no secrets. */
export const { handlers, signIn } = NextAuth(async (): Promise<NextAuthConfig> => {
  const { authSecret, secure } = settings();
  return {
    adapter: adapterForAuthJs(await database()),
    secret: authSecret,
    basePath: "/api/auth",
    trustHost: true, // the host is AUTH_URL's, whatever a request says
    useSecureCookies: secure,
    session: { strategy: "database" },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: connections()
      .filter(({ portal }) => portal.protocol !== "oauth1")
      .map(providerOf),
    callbacks: { signIn: finishTrip },
    logger: { error: rememberError, warn() {}, debug() {} },
  };
});

/**
 * Called when the portal has said who is there and before Auth.js writes anything. A path as the answer makes Auth.js
 * stop, so that `complete()` is the only one who writes.
 */
const finishTrip = async () => {
  const trip = currentTrip();
  if (!trip?.arrival || !trip.introduction) return false;
  const { connection, arrival, introduction } = trip;
  try {
    trip.completion = await complete({ ...arrival, ...introduction, connection, now: new Date() });
  } catch (error) {
    trip.error = error;
  }
  return "/dashboard";
};

/** Auth.js reports to its logger and redirects; what it reports can hold tokens, so only its name is ever written. */
function rememberError(error: Error) {
  const trip = currentTrip();
  if (trip) trip.error ??= error;
  else log("error", "auth.failed", { type: "type" in error ? String(error.type) : "unknown" });
}
