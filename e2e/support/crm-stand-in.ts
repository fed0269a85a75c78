import { once } from "node:events";
import { createServer } from "node:http";
import { crm } from "./apps";

/** Where people go back to, in place of the example CRM: one page for every address. */
export async function crmStandIn() {
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<link rel="icon" href="data:,"><h1>Back at the CRM</h1>`);
  });
  await once(server.listen(crm.port, new URL(crm.url).hostname), "listening");
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { close };
}
