import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import OAuth2Server from "@node-oauth/oauth2-server";
import { CONSENT, formOf, LOGIN, log, tellVersion, tokenSeconds } from "../node-portal.mjs";

/**
 * A portal as the OLX Group's are: @node-oauth/oauth2-server on Node's own server, everything kept in memory. From the
 * environment: PORT; CLIENT_ID and CLIENT_SECRET; CALLBACK, the client's one callback address.
 */

tellVersion("@node-oauth/oauth2-server");

const { PORT, CLIENT_ID, CLIENT_SECRET, CALLBACK } = process.env;

const client = {
  id: CLIENT_ID,
  redirectUris: [CALLBACK],
  grants: ["authorization_code", "refresh_token"],
};
const codes = new Map();
const tokens = new Map();
const refreshTokens = new Map();
const loggedIn = new Map();

const oauth = new OAuth2Server({
  accessTokenLifetime: 3600,
  model: {
    getClient: (id, secret) =>
      id === CLIENT_ID && (secret === null || secret === CLIENT_SECRET) && client,
    saveAuthorizationCode({ redirectUri: _, ...code }, client, user) {
      // Not compared with the token request: there is one on record, and like OLX the server is not told it.
      const saved = { ...code, client, user };
      codes.set(code.authorizationCode, saved);
      return saved;
    },
    getAuthorizationCode: (code) => codes.get(code),
    revokeAuthorizationCode: ({ authorizationCode }) => codes.delete(authorizationCode),
    saveToken(token, client, user) {
      const accessTokenExpiresAt = new Date(Date.now() + tokenSeconds(user.name) * 1000);
      const saved = { ...token, accessTokenExpiresAt, client, user };
      tokens.set(saved.accessToken, saved);
      refreshTokens.set(saved.refreshToken, saved);
      return saved;
    },
    getAccessToken: (token) => tokens.get(token),
    getRefreshToken: (token) => refreshTokens.get(token),
    revokeToken: ({ refreshToken }) => refreshTokens.delete(refreshToken),
  },
});

/** The two pages that ask the member, and then oauth2-server's answer to what they said. */
async function authorize(asked, response) {
  const { name, answer } = asked.body;
  const session = /portal_session=([\w-]+)/.exec(asked.headers.cookie ?? "")?.[1];
  if (name) {
    const id = randomUUID();
    loggedIn.set(id, name);
    response.headers["set-cookie"] = `portal_session=${id}; HttpOnly; SameSite=Lax`;
    response.redirect(asked.url);
  } else if (!loggedIn.has(session)) {
    response.body = LOGIN;
  } else if (!answer) {
    response.body = CONSENT;
  } else {
    asked.body.allowed = String(answer === "yes");
    const member = { handle: () => ({ name: loggedIn.get(session) }) };
    await oauth.authorize(asked, response, { authenticateHandler: member });
  }
}

async function answer(asked, response, path) {
  if (path === "/authorize") return authorize(asked, response);
  if (path === "/token") return oauth.token(asked, response);
  if (path === "/") return Object.assign(response, { body: "ready\n" });
  if (path !== "/advert/v1/meta") return Object.assign(response, { status: 404 });
  await oauth.authenticate(asked, response);
  response.body = { total: 3 };
}

createServer(async (request, sent) => {
  const { method, headers, url } = request;
  const { pathname: path, searchParams } = new URL(url, "http://127.0.0.1");
  const body = await formOf(request);
  const query = Object.fromEntries(searchParams);
  const asked = new OAuth2Server.Request({ method, headers, query, body, url });
  const response = new OAuth2Server.Response();
  try {
    await answer(asked, response, path);
  } catch (error) {
    if (!(error instanceof OAuth2Server.OAuthError)) throw error;
    // A no is a redirect, which the library has prepared.
    if (response.status !== 302) {
      response.status = error.code;
      response.body = { error: error.name, error_description: error.message };
    }
  }
  const isPage = typeof response.body === "string";
  const type = isPage ? "text/html" : "application/json";
  sent.writeHead(response.status, { "content-type": type, ...response.headers });
  sent.end(isPage ? response.body : JSON.stringify(response.body));
  log({ method, path, status: response.status, grant: body.grant_type });
}).listen(Number(PORT), "127.0.0.1");
