import { makeCrm } from "./crm.mjs";

/** Starts the example by its four settings: `node examples/crm/server.mjs`. */

const { PORT = "4650", PORTICO_URL = "http://localhost:3000", PORTICO_KEY } = process.env;
const { PUBLIC_URL = `http://localhost:${PORT}` } = process.env;

if (!PORTICO_KEY) {
  console.error("Set PORTICO_KEY to a service key of a client: see README.md beside this file.");
  process.exit(1);
}

const { server, close } = makeCrm({
  publicUrl: PUBLIC_URL,
  porticoUrl: PORTICO_URL,
  key: PORTICO_KEY,
});

// Any person may log in here as any agent: it is for this machine alone, or for a proxy on it.
const { hostname } = new URL(PUBLIC_URL);
const host = hostname === "127.0.0.1" ? hostname : "localhost";

server.once("error", (error) => {
  console.error(`The example CRM cannot listen on port ${PORT}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(PORT), host);

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, close);
