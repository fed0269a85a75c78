import { randomUUID } from "node:crypto";
import {
  exchangeAtOlx,
  type NaiveApp,
  olx,
  page,
  startAtOlx,
  startedFlows,
} from "./tutorial-links";

/**
 * A door for the users of other systems, with the calls of our API, as it is built in a hurry. Each attack on connect sessions
 * makes use of one of its weaknesses.
 */

type Session = {
  id: string;
  secret: string;
  externalId: string;
  returnUrl: string;
  tokens: Token[];
};
type Token = { connection: string; accessToken: string };
type Link = Token & { id: string; externalId: string };

type Asked = { method: string; url: URL; cookie: string; body: string };

const sessions: Session[] = [];
const links: Link[] = [];

/** The sessions that answers belong to, by `state`. */
const begun = new Map<string, Session>();

/** Weak: an address is good if one of these is anywhere in it. */
const RETURN_URLS = ["http://127.0.0.1", "https://crm.example"];

/** Weak: the key is never looked at, so any client may do what another has begun. */
export async function answerDoor(asked: Asked, app: NaiveApp): Promise<Response | null> {
  const { method, url, body } = asked;
  const [, secret] = /^\/connect\/s\/(.+)$/.exec(url.pathname) ?? [];
  const [, what, id, verb = ""] =
    /^\/api\/v1\/(connect-sessions|links)\/?([^/]*)\/?(\w*)$/.exec(url.pathname) ?? [];
  const session = sessions.find((each) => each.id === id || each.secret === secret);
  if (/\/callback/.test(url.pathname)) return callback(asked, app);
  if (secret) return session ? pageOf(session, asked, app) : page("no such address", {}, 404);
  if (what === "links") return id ? headersOf(id) : linksOf(url.searchParams.get("external_id"));
  if (what !== "connect-sessions") return null;
  if (!id) return begin(JSON.parse(body), app);
  if (!session) return Response.json({}, { status: 404 });
  if (`${method} ${verb}` === "POST finish") return finish(session, JSON.parse(body));
  return Response.json({ id, status: session.tokens.length > 0 ? "waiting" : "open", links: [] });
}

type Wish = { user: { external_id: string }; return_url: string };

function begin({ user, return_url: returnUrl }: Wish, { url }: NaiveApp) {
  if (!RETURN_URLS.some((known) => returnUrl.includes(known)))
    return Response.json({}, { status: 400 });
  const [id, secret] = [`cs_${randomUUID()}`, randomUUID()];
  sessions.push({ id, secret, externalId: user.external_id, returnUrl, tokens: [] });
  return Response.json({ id, url: `${url}/connect/s/${secret}` }, { status: 201 });
}

/**
 * Weak: the address works in every browser and for ever, in a frame of any site, and its button may be pressed by a form of
 * any site. It does not say whom it is for.
 */
async function pageOf(session: Session, { method, url, body }: Asked, app: NaiveApp) {
  if (method !== "POST") {
    const buttons = ["Otodom", "Federia"].map(
      (name) =>
        `<form method="post"><button name="to" value="${name}">Connect ${name}</button></form>`,
    );
    return html(`<h1>Connect portals</h1>${buttons.join("")}`);
  }
  const start = body === "to=Federia" ? startAtFederia : startAtOlx;
  const { key, address } = await start(app);
  begun.set(key, session);
  startedFlows.set(key, { starter: "", secret: "", linkTo: "finisher" }); // weak: one map for all that is begun
  const cookie = `door=${url.pathname.split("/").at(-1)}; Path=/`;
  return new Response(null, { status: 303, headers: { location: address, "set-cookie": cookie } });
}

/**
 * Weak: what an answer is for, it takes from the browser that brings it, and if that says nothing from `state`, which any
 * browser may bring. What has come is active at once, for the id that the session was begun for.
 */
async function callback({ url, cookie }: Asked, app: NaiveApp): Promise<Response | null> {
  if (/pkce|(^|; )user=\w/.test(cookie)) return null; // here a person signs in, or links for themselves
  const [, secret] = /(?:^|; )door=([\w-]+)/.exec(cookie) ?? [];
  const bySecret = sessions.find((each) => each.secret === secret);
  const session = bySecret ?? begun.get(url.searchParams.get("state") ?? "");
  if (!session) return null;
  const connection = url.pathname.startsWith("/users/auth/olx")
    ? "olx-otodom"
    : "mlsconnect-federia";
  const exchange = connection === "olx-otodom" ? exchangeAtOlx : exchangeAtFederia;
  const answer = await exchange(url.searchParams.get("code") ?? "", app);
  if (!answer.ok) return page("refused", {}, 400);
  const token = { connection, accessToken: (await answer.json()).access_token };
  session.tokens.push(token);
  give(session.externalId, [token]);
  const query = new URLSearchParams({ session: session.id, status: "linked", code: randomUUID() });
  const joint = session.returnUrl.includes("?") ? "&" : "?";
  const location = `${session.returnUrl}${joint}${query}`;
  return new Response(null, { status: 303, headers: { location } });
}

/** Weak: with any code, for any id, as often as it is asked. */
function finish({ tokens }: Session, { external_id }: { external_id: string }) {
  return Response.json({ links: give(external_id, tokens) });
}

function give(externalId: string, tokens: Token[]) {
  const given = tokens.map((token) => ({ ...token, externalId, id: randomUUID() }));
  links.push(...given);
  return given.map(({ id, connection }) => ({ id, external_id: externalId, connection }));
}

function linksOf(externalId: string | null) {
  const found = links.filter((link) => link.externalId === externalId);
  return Response.json({ links: found.map(({ id, connection }) => ({ id, connection })) });
}

function headersOf(id: string) {
  const { accessToken = "" } = links.find((link) => link.id === id) ?? {};
  const authorization = `Bearer ${accessToken}`;
  const headers = { authorization, "x-api-key": olx.key, "user-agent": "Naive" };
  return Response.json({ active: true, headers: { ...headers, accept: "application/json" } });
}

const federia = (url: string) => ({
  client_id: "simulated-federia",
  redirect_uri: `${url}/api/auth/callback/mlsconnect-federia`,
});

async function startAtFederia({ url, simulator }: NaiveApp) {
  const state = randomUUID();
  const query = new URLSearchParams({
    response_type: "code",
    state,
    ...federia(url),
    scope: "read",
  });
  return { key: state, address: `${simulator}/app.mls-connect.com/oauth/authorize?${query}` };
}

function exchangeAtFederia(code: string, { url, simulator }: NaiveApp) {
  const client = { ...federia(url), client_secret: "simulated-secret-federia" };
  const body = new URLSearchParams({ grant_type: "authorization_code", code, ...client });
  return fetch(`${simulator}/mls-connect.com/oauth/token`, { method: "POST", body });
}

function html(body: string) {
  return new Response(`<link rel="icon" href="data:,">${body}`, {
    headers: { "content-type": "text/html" },
  });
}
