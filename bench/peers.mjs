import { makeSignature, symmetricEncrypt } from "better-auth/crypto";
import { getMigrations } from "better-auth/db/migration";
import { Pool } from "pg";
import { betterAuthWith } from "./peers/auth.mjs";

/** The peers' side: their tables, their links, their calls. */

/** @param settings what their app is told */
export async function peersOn(settings) {
  const pool = new Pool({ connectionString: settings.DATABASE_URL });
  const auth = betterAuthWith(settings);
  pool.on("error", () => null); // the server ends first
  await pool.query(
    `CREATE TABLE guide_account (
       id text PRIMARY KEY, access_token text, refresh_token text, expires_at bigint)`,
  );
  await (await getMigrations(auth.options)).runMigrations();
  const { internalAdapter, secretConfig } = await auth.$context;
  const seal = (data) => symmetricEncrypt({ key: secretConfig, data });
  let made = 0;

  return {
    /** A user of Better Auth with a session and an account. @returns what asks for its token */
    async betterAuthLink({ access_token, refresh_token }, expiresAt) {
      made += 1;
      const member = `member-${made}`;
      const user = await internalAdapter.createUser({
        name: "Anna Peeters",
        email: `${member}@example.com`,
        emailVerified: true,
      });
      const account = await internalAdapter.createAccount({
        userId: user.id,
        providerId: "portal",
        accountId: member,
        accessToken: await seal(access_token),
        refreshToken: await seal(refresh_token),
        accessTokenExpiresAt: expiresAt,
        scope: "read",
      });
      const { token } = await internalAdapter.createSession(user.id);
      const signed = `${token}.${await makeSignature(token, settings.PEER_SECRET)}`;
      return ({ url }) => ({
        url: `${url}/auth/get-access-token`,
        headers: {
          cookie: `better-auth.session_token=${encodeURIComponent(signed)}`,
          "content-type": "application/json",
          origin: settings.PEER_URL,
        },
        body: JSON.stringify({ accountId: account.id }),
      });
    },
    /** An account that the guide's algorithm refreshes. @returns what asks for its token */
    async guideLink({ access_token, refresh_token }, expiresAt) {
      made += 1;
      const id = String(made);
      await pool.query("INSERT INTO guide_account VALUES ($1, $2, $3, $4)", [
        id,
        access_token,
        refresh_token,
        Math.floor(expiresAt.getTime() / 1000),
      ]);
      return ({ url }) => ({ url: `${url}/guide?id=${id}`, method: "GET" });
    },
    close: () => Promise.all([pool.end(), auth.options.database.end()]),
  };
}
