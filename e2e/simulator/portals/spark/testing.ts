import { postJson, type RunningSimulator } from "../../testing";

/** For the tests of this folder: the browser and the server of an app that is registered at Spark. */

type Visitor = ReturnType<RunningSimulator["visitor"]>;
type Fields = Record<string, string | undefined>;

export const appOrigin = "http://localhost:3000";

export const key = keyOf("spark", "spark");

export const roles = {
  private: keyOf("spark-private", "spark-oauth2-private"),
  idx: keyOf("spark-idx", "spark-oauth2-idx"),
  vow: keyOf("spark-vow", "spark-oauth2-vow"),
};

export const apiHeaders = { "x-sparkapi-user-agent": "Portico", accept: "application/json" };

/** `undefined` leaves a parameter out. */
export function authorize(visitor: Visitor, changes: Fields = {}) {
  const query = queryOf({
    client_id: key.client_id,
    redirect_uri: key.redirect_uri,
    response_type: "code",
    scope: "openid",
    state: "a-state",
    nonce: "a-nonce",
    ...changes,
  });
  return visitor.open(`/sparkplatform.com/openid/authorize?${query}`);
}

export function authorizeOAuth2(visitor: Visitor, changes: Fields = {}, path = "/oauth2") {
  const { client_id, redirect_uri } = path === "/oauth2" ? roles.private : roles.vow;
  const query = queryOf({ client_id, redirect_uri, response_type: "code", ...changes });
  return visitor.open(`/sparkplatform.com${path}?${query}`);
}

/** Logs in and returns the code. A person who has consented before is not asked again. */
export async function codeFor(visitor: Visitor, person: string, changes: Fields = {}) {
  await authorize(visitor, changes);
  return finish(visitor, person);
}

export async function oauth2CodeFor(
  visitor: Visitor,
  person: string,
  changes: Fields = {},
  path?: string,
) {
  await authorizeOAuth2(visitor, changes, path);
  return finish(visitor, person);
}

/** The request of the app's server to the OpenID token endpoint. */
export function exchange(origin: string, code: string, changes: Fields = {}) {
  const request = { grant_type: "authorization_code", ...key, code, ...changes };
  return postJson(`${origin}/sparkplatform.com/openid/token`, request);
}

export function refresh(origin: string, token: string, changes: Fields = {}) {
  const { redirect_uri: _redirectUri, ...credentials } = key;
  const request = { grant_type: "refresh_token", ...credentials, refresh_token: token, ...changes };
  return postJson(`${origin}/sparkplatform.com/openid/token`, request);
}

/** The request of the app's server to the OAuth 2 token endpoint. */
export function grant(
  origin: string,
  fields: Fields,
  headers: Record<string, string> = apiHeaders,
) {
  return postJson(`${origin}/sparkapi.com/v1/oauth2/grant`, fields, headers);
}

export function grantForCode(origin: string, code: string, changes: Fields = {}) {
  return grant(origin, { grant_type: "authorization_code", ...roles.private, code, ...changes });
}

export function api(origin: string, path: string, authorization: string, method = "GET") {
  const headers = { ...apiHeaders, authorization };
  return fetch(`${origin}/sparkapi.com${path}`, { method, headers });
}

export function userinfo(origin: string, token: string) {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`${origin}/sparkplatform.com/openid/userinfo`, { headers });
}

async function finish(visitor: Visitor, person: string) {
  await visitor.press(person);
  if (visitor.page.includes("Authorization required")) await visitor.press("Authorize");
  return visitor.landedAt?.searchParams.get("code") ?? "";
}

function keyOf(name: string, connection: string) {
  return {
    client_id: `simulated-${name}`,
    client_secret: `simulated-secret-${name}`,
    redirect_uri: `${appOrigin}/api/auth/callback/${connection}`,
  };
}

function queryOf(fields: Fields) {
  const present = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return new URLSearchParams(present);
}
