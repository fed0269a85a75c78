import { randomUUID } from "node:crypto";
import oauthSign from "oauth-sign";

/**
 * Linking as in many tutorials: all started flows are in one map, and any browser can finish any flow. The link goes
 * to the user who started the flow, or to the user who finishes it; tutorials do both.
 */

type StartedFlow = { starter: string; secret: string; linkTo: "starter" | "finisher" };

export type NaiveApp = { url: string; simulator: string };

export const startedFlows = new Map<string, StartedFlow>();
const links: string[] = [];

const immoScout24 = { key: "simulated-immoscout24", secret: "simulated+secret/immoscout24=" };
const immoScout24OAuth = "rest.immobilienscout24.de/restapi/security/oauth";
export const olx = {
  id: "simulated-olx-5",
  secret: "simulated-secret-olx-5",
  key: "simulated-api-key-olx-5",
};

export async function answerTutorial(
  url: URL,
  cookie: string,
  app: NaiveApp,
): Promise<Response | null> {
  const user = /(?:^|; )user=(\w*)/.exec(cookie)?.[1] ?? "";
  const query = url.searchParams;
  switch (url.pathname) {
    case "/tutorial/enter":
      return page("in", { "set-cookie": `user=${query.get("as") ?? ""}; Path=/` });
    case "/tutorial/links":
      return page(String(links.filter((linked) => linked === user).length));
    case "/tutorial/start": {
      const linkTo = query.get("for") === "starter" ? "starter" : "finisher";
      const start = { olx: startAtOlx, spark: startAtSpark }[query.get("portal") ?? ""];
      const { key, secret, address } = await (start ?? startAtImmoScout24)(app);
      startedFlows.set(key, { starter: user, secret, linkTo });
      return new Response(null, { status: 302, headers: { location: address } });
    }
    case "/users/auth/olx/callback":
      return finish(query, user, (code) => exchangeAtOlx(code, app));
    case "/tutorial/immoscout24/callback":
      return finish(query, user, (verifier, token, secret) =>
        exchangeAtImmoScout24({ token, secret, verifier }, app),
      );
    case "/api/auth/callback/spark-oauth2-private":
    case "/api/auth/callback/spark-oauth2-idx":
      return finish(query, user, (code) =>
        exchangeAtSpark(url.pathname.split("-").at(-1) ?? "", code, app),
      );
    default:
      return null;
  }
}

type Exchange = (proof: string, key: string, secret: string) => Promise<Response>;

async function finish(query: URLSearchParams, user: string, exchange: Exchange) {
  const key = query.get("oauth_token") ?? query.get("state") ?? "";
  const proof = query.get("oauth_verifier") ?? query.get("code");
  const flow = startedFlows.get(key);
  if (!flow || !proof) return page("nothing", {}, 400);
  if (!(await exchange(proof, key, flow.secret)).ok) return page("refused", {}, 400);
  links.push(flow.linkTo === "starter" ? flow.starter : user);
  return page("linked");
}

export async function startAtOlx({ simulator }: NaiveApp) {
  const state = randomUUID();
  const query = new URLSearchParams({ response_type: "code", client_id: olx.id, state });
  return {
    key: state,
    secret: "",
    address: `${simulator}/otodom.pl/pl/crm/authorization/?${query}`,
  };
}

export function exchangeAtOlx(code: string, { simulator }: NaiveApp) {
  return fetch(`${simulator}/api.olxgroup.com/oauth/v1/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${btoa(`${olx.id}:${olx.secret}`)}`,
      "x-api-key": olx.key,
      "user-agent": "Naive",
      "content-type": "application/json",
      accept: "application/json",
    },
    body: JSON.stringify({ grant_type: "authorization_code", code }),
  });
}

async function startAtSpark({ url, simulator }: NaiveApp) {
  const state = randomUUID();
  const query = new URLSearchParams({ response_type: "code", state, ...sparkKey("private", url) });
  return { key: state, secret: "", address: `${simulator}/sparkplatform.com/oauth2?${query}` };
}

function exchangeAtSpark(role: string, code: string, { url, simulator }: NaiveApp) {
  const client = { ...sparkKey(role, url), client_secret: `simulated-secret-spark-${role}` };
  return fetch(`${simulator}/sparkapi.com/v1/oauth2/grant`, {
    method: "POST",
    headers: {
      "x-sparkapi-user-agent": "Naive",
      "content-type": "application/json",
      accept: "application/json",
    },
    body: JSON.stringify({ grant_type: "authorization_code", code, ...client }),
  });
}

function sparkKey(role: string, url: string) {
  return {
    client_id: `simulated-spark-${role}`,
    redirect_uri: `${url}/api/auth/callback/spark-oauth2-${role}`,
  };
}

async function startAtImmoScout24({ url, simulator }: NaiveApp) {
  const address = `${simulator}/${immoScout24OAuth}/request_token`;
  const callback = { oauth_callback: `${url}/tutorial/immoscout24/callback` };
  const answer = new URLSearchParams(await (await signed(address, callback)).text());
  const token = answer.get("oauth_token") ?? "";
  const confirm = `${simulator}/${immoScout24OAuth}/confirm_access?${new URLSearchParams({ oauth_token: token })}`;
  return { key: token, secret: answer.get("oauth_token_secret") ?? "", address: confirm };
}

type Authorized = { token: string; secret: string; verifier: string };

function exchangeAtImmoScout24({ token, secret, verifier }: Authorized, { simulator }: NaiveApp) {
  const step = { oauth_token: token, oauth_verifier: verifier };
  return signed(`${simulator}/${immoScout24OAuth}/access_token`, step, secret);
}

function signed(address: string, step: Record<string, string>, tokenSecret?: string) {
  const parameters: Record<string, string> = {
    ...step,
    oauth_consumer_key: immoScout24.key,
    oauth_nonce: randomUUID(),
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(Math.floor(Date.now() / 1000)),
  };
  parameters.oauth_signature = oauthSign.hmacsign(
    "POST",
    address,
    parameters,
    immoScout24.secret,
    tokenSecret,
  );
  const pairs = Object.entries(parameters).map(
    ([name, value]) => `${name}="${encodeURIComponent(value)}"`,
  );
  const headers = { authorization: `OAuth ${pairs.join(", ")}`, accept: "text/plain" };
  return fetch(address, { method: "POST", headers });
}

export function page(text: string, headers: Record<string, string> = {}, status = 200) {
  return new Response(text, { status, headers: { "content-type": "text/plain", ...headers } });
}
