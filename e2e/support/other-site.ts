import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A site of others, with one page. It is a server on this machine and not a page that Playwright makes up: Chromium takes that
 * for one of the internet, and lets it load nothing from this machine.
 */
export async function otherSite() {
  let page = "";
  const server = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<link rel="icon" href="data:,">${page}`); // without an icon the browser asks for one
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const show = (body: string) => {
    page = body;
    return `http://127.0.0.1:${port}/`;
  };
  return { show, close: () => server.close() };
}
