import { betterAuth } from "better-auth";
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { Pool } from "pg";

/** Better Auth as its documentation has it, with tokens encrypted and nothing that only slows it down. */
export function betterAuthWith({ DATABASE_URL, PORTAL_URL, PEER_URL, PEER_SECRET }) {
  return betterAuth({
    baseURL: PEER_URL,
    basePath: "/auth",
    secret: PEER_SECRET,
    // Without a listener a database that goes away would end the process.
    database: new Pool({ connectionString: DATABASE_URL, max: 10 }).on("error", () => null),
    account: { encryptOAuthTokens: true },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [
      genericOAuth({
        config: [
          {
            providerId: "portal",
            clientId: "client",
            clientSecret: "client-secret",
            authorizationUrl: `${PORTAL_URL}/authorize`,
            tokenUrl: `${PORTAL_URL}/token`,
          },
        ],
      }),
    ],
  });
}
