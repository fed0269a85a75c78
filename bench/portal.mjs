import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

/**
 * A portal that gives a token for every code and says whose it is: a code is a member's id with anything behind it. It answers at once
 * and keeps its own time.
 */
export async function openPortal() {
  let taken = 0;
  const server = createServer(async (request, response) => {
    const from = performance.now();
    response.once("finish", () => {
      taken += performance.now() - from;
    });
    response.setHeader("content-type", "application/json");
    const answer = request.url === "/token" ? tokensFor(await codeIn(request)) : memberOf(request);
    response.end(JSON.stringify(answer));
  });
  await new Promise((done) => server.listen(0, "localhost", done));
  return {
    url: `http://localhost:${server.address().port}`,
    /** How long it has taken for all that it was asked, in milliseconds. */
    taken: () => taken,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** As JSON or as a form: Portico sends what the portal documents, Auth.js what the standard says. */
async function codeIn(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body.startsWith("{") ? JSON.parse(body).code : new URLSearchParams(body).get("code");
}

function tokensFor(code) {
  const [member] = code.split(".");
  const access_token = `${member}.${randomUUID()}`;
  return { access_token, token_type: "Bearer", scope: "read" };
}

function memberOf({ headers }) {
  const [id] = headers.authorization.replace(/^Bearer /i, "").split(".");
  return {
    id,
    name: "Anna Peeters",
    email: `${id}@example.com`,
    firstName: "Anna",
    lastName: "Peeters",
    image: "https://portal.example/anna.png",
    location: "Antwerpen",
    phone: "+32 3 555 01 01",
    additionalInformation: { agency: { id: "a-1", name: "Peeters Vastgoed" } },
  };
}
