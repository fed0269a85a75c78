import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Member } from "@/lib/portals/portal";

/** For tests only: a browser and a board, as much of them as `lib/auth` meets. */

type Cookie = { name: string; value: string; maxAge?: number; expires?: Date | number };

/** A browser's cookies, in the shape of the jar of `next/headers`. */
export class Jar {
  private readonly cookies = new Map<string, string>();

  get = (name: string) => {
    const value = this.cookies.get(name);
    return value === undefined ? undefined : { name, value };
  };

  getAll = () => [...this.cookies].map(([name, value]) => ({ name, value }));

  /** As Next has it: `set(cookie)` or `set(name, value, options)`. */
  set = (cookie: Cookie | string, value = "", options: Omit<Cookie, "name" | "value"> = {}) => {
    const given = typeof cookie === "string" ? { name: cookie, value, ...options } : cookie;
    const gone = given.maxAge === 0 || (given.expires !== undefined && +given.expires < Date.now());
    if (gone) this.cookies.delete(given.name);
    else this.cookies.set(given.name, given.value);
  };

  delete = (cookie: { name: string } | string) => {
    this.cookies.delete(typeof cookie === "string" ? cookie : cookie.name);
  };

  /** Takes in what an answer sets. */
  take(answer: Response) {
    for (const line of answer.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split("; ");
      const at = pair.indexOf("=");
      const maxAge = attributes.find((each) => each.startsWith("Max-Age="))?.slice(8);
      this.set({
        name: pair.slice(0, at),
        value: decodeURIComponent(pair.slice(at + 1)),
        ...(maxAge && { maxAge: Number(maxAge) }),
      });
    }
  }

  header() {
    return this.getAll()
      .map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
      .join("; ");
  }
}

/** A board that gives each request a token and says who `me` is. It counts what it is asked. */
export async function boardServer() {
  const board = {
    url: "",
    me: { id: "ql4Jgm", name: "Anna Peeters" } as Record<string, unknown>,
    asked: { token: 0, me: 0 },
    /** What each token request said. */
    tokenRequests: [] as Record<string, string>[],
    /** Whether a code is one that the board has given out. */
    knows: (_code: string) => true,
    /** Awaited before each token is given. */
    beforeToken: async () => {},
    close: () => server.close(),
  };
  const server = createServer(async (request, response) => {
    if (request.url === "/token") {
      board.asked.token += 1;
      let body = "";
      for await (const chunk of request) body += chunk;
      const said = JSON.parse(body);
      board.tokenRequests.push(said);
      await board.beforeToken();
      if (!board.knows(said.code)) {
        return response.writeHead(400).end(JSON.stringify({ error: "invalid_grant" }));
      }
      const token = `token-${board.asked.token}`;
      response.end(JSON.stringify({ access_token: token, token_type: "Bearer", scope: "read" }));
    } else {
      board.asked.me += 1;
      response.end(JSON.stringify(board.me));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  board.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return board;
}

/** Variables that make one connection, `mlsconnect-federia`, of a board server. */
export function boardVariables(url: string): Record<string, string> {
  return {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    MLSCONNECT_AUTHORIZATION_URL: `${url}/authorize`,
    MLSCONNECT_TOKEN_URL: `${url}/token`,
    MLSCONNECT_MEMBER_URL: `${url}/me`,
    MLSCONNECT_API_URL: url,
  };
}

export function memberNamed(id: string, name: string): Member {
  return { id, name, email: null, image: null, agency: null, listings: null, details: { name } };
}
