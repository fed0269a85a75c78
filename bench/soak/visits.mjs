import { setTimeout as sleep } from "node:timers/promises";
import { formOn } from "../browser.mjs";
import { begin, comeBack, newBrowser } from "../flows.mjs";
import { send } from "../load.mjs";
import { pageOf, requestFor } from "../pages/requests.mjs";
import { tokenCall } from "../portico.mjs";

/** Those who come while it is measured: back ends that call the API, and people with their browsers. */

/** How many of each come in a second; a person and a connect session are several requests. */
const MIX = {
  vend: 40,
  list: 3,
  events: 2,
  dashboard: 2,
  person: 0.5,
  connect: 0.25,
};

/** Members who come again and again; every second person is one of them. */
const REGULARS = 50;

const HOME = "mlsconnect-board-1";
const SECOND = "mlsconnect-board-2";

/** Where the client's users go back to. */
export const RETURN_URL = "https://crm.example/portals";

/**
 * @param load how many times as many come
 * @param keys that of a back end which sees all links, and that of a client
 * @param links that are vended, over and over
 * @param users who look at their dashboards
 */
export function visitsTo({ app, tally, load, keys, links, users }) {
  const api = apiOf(app, keys.all);
  const regulars = Array.from({ length: REGULARS }, newBrowser);
  let page = null;
  let after = null;
  const visits = {
    vend: (n, due) =>
      tally.timed("vend", async () => isActive(await api.token(links[n % links.length])), due),
    /** Page after page, and again from the first. */
    list: (_, due) =>
      tally.timed(
        "list page",
        async () => {
          const { links: found, next } = await api.get("/links", { limit: 100, cursor: page });
          if (found.length === 0) throw new Error("no link");
          page = next;
        },
        due,
      ),
    /** What has happened since the last time. */
    events: (_, due) =>
      tally.timed(
        "events",
        async () => {
          after = (await api.get("/events", { limit: 100, after })).next;
        },
        due,
      ),
    dashboard: (n, due) =>
      tally.timed(
        "dashboard",
        async () => {
          const user = users[n % users.length];
          const { status, text } = await send(requestFor(pageOf(app, "/dashboard", user)));
          if (status !== 200 || !text.includes(user.broken)) throw new Error(`answered ${status}`);
        },
        due,
      ),
    person: (n, due) => person({ app, tally, due }, n % 2 ? newBrowser() : regular(n / 2)),
    connect: (n, due) => connect({ app, tally, due, api: apiOf(app, keys.client) }, `agent-${n}`),
  };
  const regular = (n) => {
    const browser = regulars[n % REGULARS];
    browser.endSession();
    return browser;
  };
  return Object.entries(MIX).map(([kind, perSecond]) => ({
    ...{ kind, perSecond: perSecond * load, visit: visits[kind] },
  }));
}

/** Signs in, links another board, looks at the link, has it checked, and unlinks it. */
async function person({ app, tally, due }, browser) {
  const { member } = browser;
  const at = (connection) => ({ callback: `${app.url}/api/auth/callback/${connection}` });
  const open = async (path) => {
    const url = `${app.url}${path}`;
    const { status, text } = await browser.go({ url });
    if (status !== 200) throw new Error(`answered ${status}`);
    return { url, text };
  };
  const press = async ({ text, url }, having, done) => {
    const { status, headers } = await browser.go(formOn(text, url, having));
    if (!headers.location?.includes(`done=${done}`)) throw new Error(said(status, headers));
  };

  const startUrl = { url: `${app.url}/start/mlsconnect/board-1` };
  const state = await tally.timed("sign-in: start", () => begin(browser, startUrl), due);
  await tally.timed("sign-in: callback", () => comeBack(at(HOME), browser, { state, member }));
  const before = await tally.timed("dashboard", () => open(`/dashboard?connect=${SECOND}`));
  await pause();
  const toLink = formOn(before.text, before.url, `value="${SECOND}"`);
  const linking = await tally.timed("link: start", () => begin(browser, toLink));
  await tally.timed("link: callback", async () => {
    const location = await comeBack(at(SECOND), browser, { state: linking, member });
    if (!location?.includes("done=")) throw new Error(`sent on to ${location}`);
  });
  const now = await tally.timed("dashboard", () => open("/dashboard"));
  const [link] = [...linksOn(now)].filter((id) => !linksOn(before).has(id));
  await pause();
  const about = await tally.timed("link's page", () => open(`/dashboard/links/${link}`));
  await tally.timed("check", () => press(about, 'name="page"', "checked"));
  await pause();
  const unlinking = await tally.timed("unlink: page", () =>
    open(`/dashboard/links/${link}/unlink`),
  );
  await tally.timed("unlink", () => press(unlinking, `value="${link}"`, "unlinked"));
}

/** A client sends its user to connect a board, finishes, vends the new link, and ends its use. */
async function connect({ app, tally, due, api }, external_id) {
  const browser = newBrowser();
  const { id, url } = await tally.timed(
    "connect: session",
    () =>
      api.call("POST", "/connect-sessions", {
        ...{ user: { external_id }, connections: [HOME], return_url: RETURN_URL },
      }),
    due,
  );
  const page = await tally.timed("connect: page", async () => {
    const { status, text } = await browser.go({ url });
    if (status !== 200) throw new Error(`answered ${status}`);
    return text;
  });
  await pause();
  const form = formOn(page, url, 'name="secret"');
  const state = await tally.timed("connect: start", () => begin(browser, form));
  const back = await tally.timed("connect: callback", () => come(app, browser, state));
  const code = await tally.timed("connect: back", async () => {
    const { status, headers } = await browser.go({ url: new URL(back, app.url).href });
    const { searchParams } = new URL(headers.location ?? "", app.url);
    if (!searchParams.has("code")) throw new Error(said(status, headers));
    return searchParams.get("code");
  });
  const { links } = await tally.timed("connect: finish", () =>
    api.call("POST", `/connect-sessions/${id}/finish`, { code, external_id }),
  );
  await tally.timed("vend", async () => isActive(await api.token(links[0].id)));
  await tally.timed("unlink, by the API", () => api.call("DELETE", `/links/${links[0].id}`));
}

/** Comes back from the board without a session of its own here. */
async function come(app, browser, state) {
  const query = new URLSearchParams({ code: `${browser.member}.code`, state });
  const url = `${app.url}/api/auth/callback/${HOME}?${query}`;
  const { status, headers } = await browser.go({ url });
  if (!headers.location?.endsWith("/back")) throw new Error(said(status, headers));
  return headers.location;
}

function apiOf(app, key) {
  const read = ({ status, text }) => {
    if (status >= 300) throw new Error(`answered ${status}`);
    return JSON.parse(text);
  };
  const authorization = `Bearer ${key}`;
  return {
    token: async (link) => read(await send(tokenCall(app.url, key, link))),
    async get(path, query) {
      const given = Object.entries(query).filter(([, value]) => value !== null);
      const url = `${app.url}/api/v1${path}?${new URLSearchParams(given)}`;
      return read(await send({ url, method: "GET", headers: { authorization } }));
    },
    async call(method, path, body) {
      const headers = { authorization, ...(body && { "content-type": "application/json" }) };
      const url = `${app.url}/api/v1${path}`;
      return read(await send({ url, method, headers, body: body && JSON.stringify(body) }));
    },
  };
}

function isActive({ active, error }) {
  if (!active) throw new Error(`no token: ${error}`);
}

function linksOn({ text }) {
  return new Set([...text.matchAll(/\/dashboard\/links\/([0-9a-f-]{36})/g)].map(([, id]) => id));
}

const said = (status, { location }) => `answered ${status}, ${location}`;

/** As long as people look at a page, or nearly. */
const pause = () => sleep(300 + Math.random() * 700);
