import { PrismaAdapter } from "@auth/prisma-adapter";
import { PrismaPg } from "@prisma/adapter-pg";
import NextAuth from "next-auth";
import { PrismaClient } from "./generated/client";

/**
 * Auth.js as its documentation has it: the Prisma adapter, sessions in the database, one OAuth 2 provider with its default checks.
 * Read at the first request: the build knows no settings.
 */
export const { handlers, signIn } = NextAuth(() => {
  const { PORTAL_URL } = process.env;
  return {
    adapter: PrismaAdapter(database()),
    session: { strategy: "database" },
    providers: [
      {
        id: "portal",
        name: "Portal",
        type: "oauth",
        clientId: "client",
        clientSecret: "client-secret",
        authorization: `${PORTAL_URL}/authorize`,
        token: `${PORTAL_URL}/token`,
        userinfo: `${PORTAL_URL}/me`,
        profile: ({ id, name, email, image }) => ({ id, name, email, image }),
      },
    ],
  };
});

let client;

function database() {
  client ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: process.env.AUTH_JS_DATABASE_URL, max: 10 }),
  });
  return client;
}
