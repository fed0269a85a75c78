import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { Auth, type AuthConfig, skipCSRFCheck } from "@auth/core";
import type { Adapter, AdapterAccount, AdapterSession, AdapterUser } from "@auth/core/adapters";
import { answerDoor } from "./naive-door";
import { answerTutorial } from "./tutorial-links";

/**
 * An app as in the documentation of Auth.js: a provider, an adapter, and Start_URL as a route that calls sign-in.
 * Beside it, what tutorials say about linking, and a door for the users of other systems. The attacks run against all of it
 * too, to show that they succeed there.
 */

const { PORT = "", SIMULATOR = "" } = process.env;

const providerFor = (board: string): AuthConfig["providers"][number] => ({
  id: `mlsconnect-${board}`,
  name: board,
  type: "oauth",
  authorization: {
    url: `${SIMULATOR}/app.mls-connect.com/oauth/authorize`,
    params: { scope: "read" },
  },
  token: `${SIMULATOR}/mls-connect.com/oauth/token`,
  userinfo: `${SIMULATOR}/mls-connect.com/api/oauth/me`,
  clientId: `simulated-${board}`,
  clientSecret: `simulated-secret-${board}`,
  client: { token_endpoint_auth_method: "client_secret_post" },
  profile: ({ id, name, email }) => ({ id, name, email }),
});

const config: AuthConfig = {
  basePath: "/api/auth",
  secret: "naive",
  trustHost: true,
  adapter: inMemory(),
  session: { strategy: "database" },
  providers: ["federia", "cote-dazur"].map(providerFor),
};

createServer(async (incoming, response) => {
  const answer = await route(incoming);
  response.statusCode = answer.status;
  answer.headers.forEach((value, name) => {
    if (name !== "set-cookie") response.setHeader(name, value);
  });
  response.setHeader("set-cookie", answer.headers.getSetCookie());
  response.end(await answer.text());
}).listen(Number(PORT), "localhost");

async function route(incoming: IncomingMessage): Promise<Response> {
  const headers = new Headers(incoming.headers as Record<string, string>);
  const forwarded = headers.get("x-forwarded-host");
  const url = new URL(incoming.url ?? "/", `http://${forwarded ?? headers.get("host")}`);
  const app = { url: url.origin, simulator: SIMULATOR };
  const cookie = headers.get("cookie") ?? "";
  const asked = { method: incoming.method ?? "", url, cookie, body: await text(incoming) };
  const answer = (await answerDoor(asked, app)) ?? (await answerTutorial(url, cookie, app));
  if (answer) return answer;
  const [, board] = /^\/start\/mlsconnect\/([\w-]+)$/.exec(url.pathname) ?? [];
  if (!board) return Auth(new Request(url, { headers }), config);
  headers.set("content-type", "application/x-www-form-urlencoded");
  const signIn = new Request(new URL(`/api/auth/signin/mlsconnect-${board}`, url), {
    method: "POST",
    headers,
    body: new URLSearchParams({ callbackUrl: "/" }),
  });
  return Auth(signIn, { ...config, skipCSRFCheck });
}

/** Like the Prisma adapter, but in memory. */
function inMemory(): Adapter {
  const users = new Map<string, AdapterUser>();
  const accounts: AdapterAccount[] = [];
  const sessions = new Map<string, AdapterSession>();
  return {
    createUser: (user) => {
      const created = { ...user, id: randomUUID() };
      users.set(created.id, created);
      return created;
    },
    getUser: (id) => users.get(id) ?? null,
    getUserByEmail: (email) => [...users.values()].find((user) => user.email === email) ?? null,
    getUserByAccount: ({ provider, providerAccountId }) => {
      const account = accounts.find(
        (each) => each.provider === provider && each.providerAccountId === providerAccountId,
      );
      return users.get(account?.userId ?? "") ?? null;
    },
    updateUser: (user) => ({ ...(users.get(user.id) as AdapterUser), ...user }),
    linkAccount: (account) => {
      accounts.push(account);
    },
    createSession: (session) => {
      sessions.set(session.sessionToken, session);
      return session;
    },
    getSessionAndUser: (token) => {
      const session = sessions.get(token);
      const user = users.get(session?.userId ?? "");
      return session && user ? { session, user } : null;
    },
    updateSession: () => null,
    deleteSession: (token) => {
      sessions.delete(token);
    },
  };
}
