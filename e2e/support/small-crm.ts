import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Page } from "@playwright/test";
import { crm } from "./apps";
import { DoorClient, type DoorKey } from "./door-client";

/** A CRM in few lines, at the example CRM's address, with the habits of those who write one. */

export type Habits = {
  /** With whose id a session is finished: that of the person who has come, or the one remembered for the session. */
  finishesFor: "who has come" | "the remembered";
  /** Where the verifier is kept: in the visit of the browser that set out, or beside the session. */
  verifier: "none" | "in the visit" | "beside the session";
};

/** Where its people come back to. */
export const BACK = `${crm.url}/portals/back`;

export type SmallCrm = Awaited<ReturnType<typeof startSmallCrm>>;

type Begun = { person: string; visit: string; verifier: string };
type Visitor = { person: string; visit: string };
type Answer = { says?: string; to?: string; enters?: string };

/** Starts it in this process. It knows all people by their names, and no passwords. */
export async function startSmallCrm(door: DoorKey, { finishesFor, verifier: habit }: Habits) {
  const client = new DoorClient(door);
  const sessions = new Map<string, Begun>();
  const run = randomUUID();
  const idOf = (person: string) => `${person}-${run}`;

  async function begin({ person, visit }: Visitor, wish: { portal?: string; back?: string } = {}) {
    const verifier = randomBytes(32).toString("base64url");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const { status, body } = await client.begin(idOf(person), {
      connections: [wish.portal ?? "olx-otodom"],
      return_url: wish.back ?? BACK,
      ...(habit !== "none" && { challenge }),
    });
    if (status !== 201) return null;
    const { id, url } = body as { id: string; url: string };
    sessions.set(id, { person, visit, verifier });
    return { id, address: url };
  }

  async function comeBack({ person, visit }: Visitor, query: URLSearchParams): Promise<Answer> {
    const id = query.get("session") ?? "";
    const begun = sessions.get(id);
    if (!person) return { says: "Log in first." };
    if (!begun) return { says: "There is no such session." };
    const hasVerifier = habit === "beside the session" || begun.visit === visit;
    const { status } = await client.finish(id, {
      code: query.get("code") ?? "",
      external_id: idOf(finishesFor === "who has come" ? person : begun.person),
      ...(habit !== "none" && hasVerifier && { verifier: begun.verifier }),
    });
    if (status !== 200 && status !== 409) return { says: `The door has answered ${status}.` };
    return { says: status === 200 ? "Connected." : "This could not be finished." };
  }

  async function answer({ pathname, searchParams: query }: URL, visitor: Visitor): Promise<Answer> {
    if (pathname === "/enter") return { says: "Welcome.", enters: query.get("as") ?? "" };
    if (pathname === "/portals/back") return comeBack(visitor, query);
    const begun = await begin(visitor, Object.fromEntries(query));
    return begun ? { to: begun.address } : { says: "This cannot be done." };
  }

  const server = createServer(async (request, response) => {
    const visitor = visitorOf(request);
    const url = new URL(request.url ?? "/", crm.url);
    const { says = "", to, enters = visitor.person } = await answer(url, visitor);
    const cookies = [`visit=${visitor.visit}; Path=/`, `person=${enters}; Path=/`];
    response.writeHead(to ? 303 : 200, {
      "content-type": "text/html",
      "set-cookie": cookies,
      ...(to && { location: to }),
    });
    response.end(`<link rel="icon" href="data:,"><p role="status">${says}</p>`);
  }).listen(crm.port, "127.0.0.1");
  await once(server, "listening");

  return {
    client,
    idOf,
    /** Makes a session for a person, without a browser. */
    async begin(person: string) {
      const begun = await begin({ person, visit: "" });
      if (!begun) throw new Error("The door has refused a session");
      return begun;
    },
    portalsOf: (person: string) => client.portalsOf(idOf(person)),
    enter: (page: Page, person: string) => page.goto(`${crm.url}/enter?as=${person}`),
    /** Leaves for the door. Resolves to the address of the session's page. */
    async leave(page: Page, wish: { portal?: string; back?: string } = {}) {
      await page.goto(`${crm.url}/connect?${new URLSearchParams(wish)}`);
      return page.url();
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function visitorOf({ headers: { cookie = "" } }: IncomingMessage): Visitor {
  const cookieOf = (name: string) => new RegExp(`(?:^|; )${name}=([\\w-]+)`).exec(cookie)?.[1];
  return { person: cookieOf("person") ?? "", visit: cookieOf("visit") ?? randomUUID() };
}
