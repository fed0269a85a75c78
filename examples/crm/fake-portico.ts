import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** For tests only: Portico as docs/api.md describes it, with a page that says yes when it is told to. */

type Session = {
  wish: {
    user: { external_id: string; name: string };
    connections?: string[];
    link?: string;
    return_url: string;
    challenge: string;
  };
  status: string;
  code: string;
  problems: { connection: string; problem: string }[];
  links: FakeLink[];
};

type FakeLink = ReturnType<typeof fakeLink>;

type Answer = { status: number; body: object };

export function fakeLink(externalId: string, connection: string, state = "connected") {
  const [id, member] = [randomUUID(), { name: null }];
  return { id, external_id: externalId, connection, member, status: { state }, consent_by: null };
}

export async function fakePortico() {
  const sessions = new Map<string, Session>();
  const links: FakeLink[] = [];
  const events: object[] = [];
  const calls: string[] = [];
  const state = { isAway: false, refusals: 0 };
  const hash = (text: string) => createHash("sha256").update(text).digest("base64url");

  const problem = (status: number, code: string): Answer => ({
    status,
    body: { status, code, detail: "As documented." },
  });

  function finish(id: string, proof: { code: string; external_id: string; verifier?: string }) {
    const session = sessions.get(id);
    if (!session) return problem(404, "not_found");
    const { wish } = session;
    if (proof.code !== session.code) return problem(409, "not_finished");
    if (proof.external_id !== wish.user.external_id) {
      session.status = "failed";
      return problem(409, "not_finished");
    }
    if (hash(proof.verifier ?? "") !== wish.challenge) return problem(409, "not_finished");
    if (session.status !== "waiting" && session.status !== "finished")
      return problem(409, "not_finished");
    if (session.status === "waiting") links.push(...session.links);
    session.status = "finished";
    return { status: 200, body: { links: session.links } };
  }

  function answer(method: string, url: URL, body: never): Answer {
    const [what = "", id = "", verb = ""] = url.pathname.replace("/api/v1/", "").split("/");
    const call = `${method} ${[what, id && "{id}", verb].filter(Boolean).join("/")}`;
    if (what !== "events") calls.push(call);
    if (state.isAway) return problem(503, "unavailable");
    const found = sessions.get(id);
    const link = links.find((each) => each.id === id);
    switch (call) {
      case "GET connections":
        return { status: 200, body: { connections: connectionsAt(origin()) } };
      case "GET links": {
        const mine = links.filter(
          (each) => each.external_id === url.searchParams.get("external_id"),
        );
        return { status: 200, body: { links: mine, next: null } };
      }
      case "POST connect-sessions": {
        const made = `cs_${randomUUID()}`;
        sessions.set(made, { wish: body, status: "open", code: "", problems: [], links: [] });
        return { status: 201, body: { id: made, url: `${origin()}/connect/s/${made}` } };
      }
      case "GET connect-sessions/{id}":
        return found ? { status: 200, body: { id, ...found } } : problem(404, "not_found");
      case "POST connect-sessions/{id}/finish":
        return finish(id, body);
      case "POST links/{id}/headers":
        if (!link) return problem(404, "not_found");
        if (link.status.state === "broken")
          return { status: 200, body: { active: false, error: "reconnect_needed" } };
        return {
          status: 200,
          body: { active: true, headers: { authorization: "Bearer t" }, generation: 3 },
        };
      case "DELETE links/{id}":
        if (!link) return problem(404, "not_found");
        links.splice(links.indexOf(link), 1);
        return { status: 200, body: { revocation: "at_the_portal" } };
      default:
        return problem(404, "not_found");
    }
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/advert/v1/meta") {
      response.statusCode = state.refusals > 0 ? 401 : 200;
      state.refusals -= 1;
      return void response.end(JSON.stringify({ total: 3, data: ["<b>", 2, 3] }));
    }
    if (url.pathname === "/api/v1/events") {
      const after = Number(url.searchParams.get("after") ?? 0);
      const body = { events: events.slice(after), next: String(events.length) };
      return void response.end(JSON.stringify(body));
    }
    const body = request.method === "POST" ? await json(request) : null;
    const answered = answer(request.method ?? "", url, body as never);
    response.writeHead(answered.status).end(JSON.stringify(answered.body));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** What the person's browser is sent back to, when a page of ours has done this. */
  function back(id: string, change: Partial<Session>) {
    const session = sessions.get(id);
    if (!session) throw new Error(`There is no session ${id}`);
    Object.assign(session, change);
    const query = new URLSearchParams({
      session: id,
      status: session.code ? "linked" : "declined",
    });
    if (session.code) query.set("code", session.code);
    const address = new URL(session.wish.return_url);
    return `${address.pathname}?${query}`;
  }

  return {
    ...{ url: origin(), sessions, links, events, calls, state },
    /** The person links this portal, and goes back. */
    agrees(id: string, connection: string) {
      const externalId = sessions.get(id)?.wish.user.external_id ?? "";
      const made = [fakeLink(externalId, connection)];
      return back(id, { status: "waiting", code: randomUUID(), links: made });
    },
    back,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function connectionsAt(origin: string) {
  return [
    { id: "olx-otodom", portal: "olx", name: "Otodom", api: [`${origin}/advert/v1`] },
    {
      id: "immoscout24",
      portal: "immoscout24",
      name: "ImmoScout24",
      api: [`${origin}/restapi/api`],
    },
  ];
}
