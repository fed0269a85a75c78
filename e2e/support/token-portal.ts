import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fuse } from "./fuse";

/** A portal that remembers each token it has issued, and for which code. RFC 6749 section 4.1.2: a code that comes twice ends its token. */

type Token = { text: string; member: string; isAlive: boolean };

export async function tokenPortal({ message, burnt }: Fuse) {
  const codes = new Map<string, { member: string; token: Token | null }>();
  const tokens: Token[] = [];

  const server = createServer(async (request, response) => {
    const fate = message();
    if (fate === "dropped") return void request.socket.destroy();
    const { status, body } = answerTo(request, await textOf(request));
    if (fate === "lost") {
      burnt();
      return void request.socket.destroy();
    }
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });

  function answerTo({ url, headers }: IncomingMessage, text: string) {
    if (url === "/token") return exchange(JSON.parse(text).code);
    if (url === "/revoke") {
      const token = new URLSearchParams(text).get("token") ?? JSON.parse(text).token;
      for (const each of tokens) if (each.text === token) each.isAlive = false;
      return { status: 200, body: {} };
    }
    const token = tokens.find((each) => headers.authorization === `Bearer ${each.text}`);
    if (!token?.isAlive) return { status: 401, body: { error: "invalid_token" } };
    return { status: 200, body: { id: token.member, name: token.member } };
  }

  function exchange(text: string) {
    const code = codes.get(text);
    if (!code || code.token) {
      if (code?.token) code.token.isAlive = false;
      return { status: 400, body: { error: "invalid_grant" } };
    }
    code.token = { text: randomUUID(), member: code.member, isAlive: true };
    tokens.push(code.token);
    const body = { access_token: code.token.text, token_type: "Bearer", scope: "read" };
    return { status: 200, body };
  }

  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    url,
    /** A member agrees, and is sent back with a code. */
    agree(member: string): string {
      const code = randomUUID();
      codes.set(code, { member, token: null });
      return code;
    },
    /** How many tokens it has ever issued. */
    issued: () => tokens.length,
    /** Tokens of a member that still work. */
    alive: (member: string): string[] =>
      tokens.filter((each) => each.member === member && each.isAlive).map(({ text }) => text),
    close: () => void server.close(),
  };
}

async function textOf(request: IncomingMessage) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
