import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Bell } from "./bell.mjs";
import { comeBack, setOut } from "./connect.mjs";
import { answerPage, loginPage, messagePage, portalsPage, todayPage } from "./pages.mjs";
import { askPortal, callOf } from "./portal-calls.mjs";
import { Portico, PorticoProblem } from "./portico.mjs";
import { disconnectedNotice, noticeOf } from "./sentences.mjs";
import { agents, Visit, Visits } from "./visits.mjs";

/**
 * The CRM's server: who is asking, what they ask, and one function for each.
 *
 * @typedef {{ status?: number, html?: string, to?: string }} Answer a page, or where to go
 * @typedef {{ visit: Visit, query: URLSearchParams, form: URLSearchParams, path: string }} Asked
 * @typedef {Asked & { agent: import("./visits.mjs").Agent }} AskedByAgent
 */

const LONGEST_BODY = 10_000;

/** The only address that Portico has to know of this CRM. */
const BACK = "/portals/back";

const headers = {
  // No form-action: Chromium holds it against where a form's redirect leads, and ours lead to Portico.
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
  "referrer-policy": "same-origin", // with none at all, a form would not say where it comes from
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/**
 * @param {{ publicUrl: string, porticoUrl: string, key: string }} settings
 * @returns {{ server: import("node:http").Server, close: () => void }} the server is yet to listen
 */
export function makeCrm({ publicUrl, porticoUrl, key }) {
  const { origin, protocol } = new URL(publicUrl);
  const portico = new Portico({ url: porticoUrl, key });
  const visits = new Visits(protocol === "https:");
  const bell = new Bell();
  const end = new AbortController();
  const style = readFileSync(new URL("style.css", import.meta.url));

  /** @param {Visit} visit */
  const frameOf = (visit) => ({
    agent: visit.agent,
    notice: visit.takeNotice(),
    needs: bell
      .needsOf(visit.agent?.id ?? "")
      .map((need) => ({ ...need, name: portico.nameOf(need.connection) })),
  });

  /** @type {Record<string, (asked: Asked) => Answer>} */
  const open = {
    "GET /login": ({ visit }) => ({ html: loginPage(frameOf(visit)) }),
    "POST /login": ({ visit, form }) => {
      const agent = agents.find(({ id }) => id === form.get("agent"));
      if (!agent) return { to: "/login" };
      const { wanted } = visit;
      visit.login(agent);
      visit.wanted = null;
      return { to: wanted ?? "/portals" };
    },
    "POST /logout": ({ visit }) => {
      visit.login(null);
      return { to: "/login" };
    },
  };

  /** @type {Record<string, (asked: AskedByAgent) => Answer | Promise<Answer>>} */
  const routes = {
    "GET /": ({ visit }) => ({ html: todayPage(frameOf(visit)) }),

    "GET /portals": async ({ visit, agent }) => {
      const [connections, links] = await Promise.all([
        portico.connections(),
        portico.links(agent.id),
      ]);
      const whatOf = (/** @type {import("./portico.mjs").Connection} */ connection) =>
        callOf(connection)?.what ?? null;
      return { html: portalsPage(frameOf(visit), { connections, links, whatOf }) };
    },

    "POST /portals/connect": async ({ visit, agent, form }) => {
      const known = await portico.connections();
      const wanted = form.getAll("connection");
      const connections = known.map(({ id }) => id).filter((id) => wanted.includes(id));
      if (connections.length === 0) return { to: "/portals" };
      return { to: await leave({ visit, agent, wish: { connections } }) };
    },

    "POST /portals/reconnect": async ({ visit, agent, form }) => {
      const link = await ownLink(agent, form.get("link"));
      if (!link) return { to: "/portals" };
      return { to: await leave({ visit, agent, wish: { link: link.id } }) };
    },

    [`GET ${BACK}`]: async ({ visit, agent, query }) => {
      const outcome = await comeBack(portico, { visit, agent, query });
      visit.notice = noticeOf(outcome, (connection) => portico.nameOf(connection));
      return { to: "/portals" }; // the code does not stay in the address
    },

    "POST /portals/disconnect": async ({ visit, agent, form }) => {
      const link = await ownLink(agent, form.get("link"));
      if (!link) return { to: "/portals" }; // pressed twice
      const done = await portico.disconnect(link.id);
      visit.notice = disconnectedNotice(portico.nameOf(link.connection), done);
      return { to: "/portals" };
    },

    "GET /portals/show": async ({ visit, agent, query }) => {
      const link = await ownLink(agent, query.get("link"));
      const connection = (await portico.connections()).find(({ id }) => id === link?.connection);
      const call = connection && callOf(connection);
      if (!link || !call) return { to: "/portals" };
      const answer = await askPortal(portico, link.id, call.url);
      if (answer.kind === "reconnect_needed") return { to: "/portals" }; // its card says so, with the button
      if (answer.kind === "answer" && answer.status === 200) {
        const body = parsed(answer.text);
        const count = body !== null && call.count ? call.count(body) : null;
        const text = body === null ? answer.text : JSON.stringify(body, null, 2);
        const shown = { name: connection.name, what: call.what, count, text };
        return { html: answerPage(frameOf(visit), shown) };
      }
      visit.notice = {
        tone: "care",
        title: `${connection.name} does not answer as it should`,
        lines: ["Your connection stays as it is. Try again in a while."],
      };
      return { to: "/portals" };
    },
  };

  /** @param {Omit<Parameters<typeof setOut>[1], "returnUrl">} trip */
  const leave = (trip) => setOut(portico, { ...trip, returnUrl: `${origin}${BACK}` });

  /**
   * One of this agent's links. Our key may use those of all agents, so it is here that each gets their own alone.
   * @param {import("./visits.mjs").Agent} agent
   * @param {string | null} id
   */
  const ownLink = async (agent, id) =>
    (await portico.links(agent.id)).find((link) => link.id === id) ?? null;

  /** @param {string} route @param {Asked} asked @returns {Promise<Answer>} */
  async function answerTo(route, asked) {
    const { visit, path } = asked;
    const { agent } = visit;
    if (open[route]) return open[route](asked);
    const handler = routes[route];
    const back = { href: "/portals", label: "Go to the portals" };
    if (!handler) {
      const said = { title: "There is no such page", text: "Nothing is here.", onward: back };
      return { status: 404, html: messagePage(frameOf(visit), said) };
    }
    if (!agent) {
      if (route.startsWith("GET ")) visit.wanted = path;
      return { to: "/login" };
    }
    try {
      return await handler({ ...asked, agent });
    } catch (error) {
      if (!(error instanceof PorticoProblem)) throw error;
      console.error(`${route}: ${error.message}`);
      const onward = { href: route.startsWith("GET ") ? path : "/portals", label: "Try again" };
      const said = error.isAway
        ? {
            title: "Portals cannot be reached now",
            text: "Your connections are as they were. Try again in a moment.",
            onward,
          }
        : { title: "This cannot be done", text: "Nothing has changed.", onward: back };
      return { status: error.isAway ? 503 : 502, html: messagePage(frameOf(visit), said) };
    }
  }

  const server = createServer(async (request, response) => {
    try {
      const { method = "", url = "/", headers: sent } = request;
      const { pathname, search, searchParams: query } = new URL(url, origin);
      if (pathname === "/healthz") return void response.end("ok\n");
      if (pathname === "/style.css")
        return void response.writeHead(200, { ...headers, "content-type": "text/css" }).end(style);
      const isPost = method === "POST";
      // A form of another site would act for the agent who is logged in here.
      if (isPost && sent.origin !== origin)
        return void response.writeHead(403).end("Not from here\n");
      const form = new URLSearchParams(isPost ? await bodyOf(request) : "");
      const visit = visits.find(sent.cookie) ?? new Visit();
      const route = `${method} ${pathname}`;
      const answer = await answerTo(route, { visit, query, form, path: pathname + search });
      const isNew = visits.find(sent.cookie) !== visit;
      if (isNew || route === "POST /login" || route === "POST /logout")
        response.setHeader("set-cookie", visits.renew(sent.cookie, visit));
      const { status = answer.to ? 303 : 200, html = "", to } = answer;
      response.writeHead(status, {
        ...headers,
        "content-type": "text/html; charset=utf-8",
        ...(to && { location: to }),
      });
      response.end(html);
    } catch (error) {
      console.error(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    }
  });

  void portico.follow((event) => bell.hear(event), end.signal);
  const close = () => {
    end.abort();
    server.close();
    server.closeAllConnections();
  };
  return { server, close };
}

/** @param {import("node:http").IncomingMessage} request */
async function bodyOf(request) {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > LONGEST_BODY) throw new Error("A form of ours is shorter.");
  }
  return text;
}

/** @param {string} text @returns {unknown} null where it is no JSON */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
