import "server-only";
import NextAuth, { type NextAuthConfig } from "next-auth";
import { emptyAdapter } from "@/lib/accounts/linking/adapter";
import { connections, findConnection } from "@/lib/conversation/configuration";
import { settings } from "@/lib/env";
import { log } from "@/lib/process/log";
import { completeTrip } from "../flow/complete-trip";
import { FlowFailure } from "../flow/failure";
import { authJsCookies } from "./checks";
import { currentTrip, isStart, noteError, noteFinished } from "./context";
import { providerOf } from "./providers";
import { memberTokensFrom } from "./token-answer";

/** Read at the first request, never at build: building needs no secrets. */
export const { handlers, signIn } = NextAuth((): NextAuthConfig => {
  const { authSecret, secure } = settings();
  const step = isStart() ? "start" : "answer";
  return {
    adapter: emptyAdapter(),
    secret: authSecret,
    basePath: "/api/auth",
    trustHost: true, // the host is AUTH_URL's, not what a request says
    useSecureCookies: secure,
    cookies: authJsCookies(),
    session: { strategy: "database" },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: connections()
      .filter(({ portal }) => portal.protocol !== "oauth1")
      .map((connection) => providerOf(connection, step)),
    callbacks: { signIn: finishTrip },
    logger: { error: rememberError, warn() {}, debug() {} },
  };
});

type SignIn = NonNullable<NonNullable<NextAuthConfig["callbacks"]>["signIn"]>;

/**
 * Called when the portal has said who is there and before Auth.js writes anything. A path as the answer makes Auth.js
 * stop, so that `complete()` is the only one who writes.
 */
const finishTrip: SignIn = async ({ account, profile }) => {
  try {
    const connection = account && findConnection(account.provider);
    if (!connection) return false;
    const memberTokens = await memberTokensFrom(connection, account, profile);
    const finished = await completeTrip(connection, currentTrip(), memberTokens, {
      key: account.providerAccountId,
    });
    if ("location" in finished) {
      noteFinished(finished);
      return finished.location;
    }
    noteError(new FlowFailure(finished));
  } catch (error) {
    noteError(error);
  }
  return false;
};

/** Auth.js reports to its logger and redirects. What it reports can hold tokens, so only its name is ever written. */
function rememberError(error: Error) {
  if (noteError(error)) return;
  log("error", "auth.failed", { type: "type" in error ? String(error.type) : "unknown" });
}
