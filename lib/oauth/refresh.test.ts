import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { ErrorFormat } from "./errors";
import { isUndeclaredRefusal, refreshTokens } from "./refresh";

/** What a portal's answer to a refresh token means for the link: whether it ends, waits, or is in doubt. */

async function portal(answer: RequestListener) {
  const server = createServer(answer).listen(0, "localhost");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}/token`;
}

/** An address at which no server listens any more. */
async function addressOfNoServer() {
  const server = createServer().listen(0, "localhost");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://localhost:${port}/token`;
}

const declared: ErrorFormat["refusals"] = [
  { status: 403, says: /ended/, means: "expired_token" },
  { status: 403, says: /no longer/, means: "access_denied" },
  { status: 403, says: /key/, means: "invalid_client" },
  { status: 403, says: /callback/, means: "redirect_mismatch" },
  { status: 403, says: /clock/, means: "clock_skewed" },
];

async function outcomeOf(answer: RequestListener | null) {
  const endpoint = {
    url: answer ? await portal(answer) : await addressOfNoServer(),
    registration: { id: "client", secret: "client-secret" },
    clientAuth: "body",
    format: "form",
    headers: {},
    errors: { refusals: declared },
    deadline: 1_000,
  } as const;
  return refreshTokens(endpoint, "refresh-1");
}

const says =
  (status: number, body = "", headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

const error = (name: string) => JSON.stringify({ error: name });
const message = (text: string) => JSON.stringify({ message: text });

test("tokens are a success", async () => {
  const outcome = await outcomeOf(says(200, '{"access_token":"access-2"}'));
  expect(outcome).toMatchObject({
    kind: "succeeded",
    response: { tokens: { accessToken: "access-2", refreshToken: null } },
  });
});

test.each<[string, RequestListener]>([
  ["400 invalid_grant", says(400, error("invalid_grant"))],
  ["401 invalid_grant", says(401, error("invalid_grant"))],
  ["403 invalid_grant", says(403, error("invalid_grant"))],
  ["200 invalid_grant", says(200, error("invalid_grant"))],
  ["a word for a token that has ended", says(403, message("It has ended"))],
  ["a word for a member who said no", says(403, message("The member no longer agrees"))],
])("%s refuses the refresh token", async (_about, answer) => {
  expect((await outcomeOf(answer)).kind).toBe("refused");
});

const page = "<html><h1>Request blocked</h1></html>";
const json = { "content-type": "application/json" };

test.each<[string, RequestListener | null]>([
  ["400 invalid_request", says(400, error("invalid_request"))],
  ["400 unauthorized_client", says(400, error("unauthorized_client"))],
  ["400 unsupported_grant_type", says(400, error("unsupported_grant_type"))],
  ["400 invalid_scope", says(400, error("invalid_scope"))],
  ["401 invalid_client", says(401, error("invalid_client"))],
  ["400 in a form of its own", says(400, message("No such token"))],
  ["400 with a page", says(400, page)],
  ["401 with nothing", says(401)],
  ["401 with a gateway's challenge", says(401, page, { "www-authenticate": "Basic realm=x" })],
  ["401 with a challenge", says(401, "", { "www-authenticate": 'Bearer error="invalid_token"' })],
  ["403 with nothing", says(403)],
  ["403 with a page", says(403, page)],
  ["403 with a gateway's JSON", says(403, message("Forbidden"), json)],
  ["403 with text", says(403, "RBAC: access denied")],
  ["404", says(404)],
  ["405", says(405)],
  ["408", says(408)],
  ["425", says(425)],
  ["429", says(429)],
  ["429 invalid_grant", says(429, error("invalid_grant"))],
  ["503", says(503)],
  ["503 with a page", says(503, page)],
  ["400 temporarily_unavailable", says(400, error("temporarily_unavailable"))],
  ["400 server_error", says(400, error("server_error"))],
  ["400 slow_down", says(400, error("slow_down"))],
  ["200 temporarily_unavailable", says(200, error("temporarily_unavailable"))],
  ["a redirect", says(302, "", { location: "http://localhost:1/" })],
  ["a word for another key", says(403, message("Unknown key"))],
  ["a word for another callback", says(403, message("Unknown callback"))],
  ["a word for another clock", says(403, message("Your clock is wrong"))],
  ["no server", null],
])("%s says nothing against the refresh token", async (_about, answer) => {
  expect((await outcomeOf(answer)).kind).toBe("unavailable");
});

test.each<[string, RequestListener]>([
  ["500", says(500)],
  ["500 invalid_grant", says(500, error("invalid_grant"))],
  ["502", says(502)],
  ["504 with a page", says(504, page)],
  ["a reset", (request) => request.socket.destroy()],
  ["silence", () => {}],
  ["nothing", says(200)],
  ["a web page", says(200, "<html>")],
  ["what is not JSON", says(200, "ok")],
  ["no token", says(200, "{}")],
])("after %s it is not known whether the refresh token is spent", async (_about, answer) => {
  expect((await outcomeOf(answer)).kind).toBe("unknown");
});

test.each<[string, boolean, RequestListener]>([
  ["a code of its own", true, says(400, error("bad_refresh_token"))],
  ["401 in its own form", true, says(401, error("invalid_token"))],
  ["a missing consent", true, says(403, error("consent_required"))],
  ["our mistake", false, says(400, error("invalid_request"))],
  ["another client", false, says(401, error("invalid_client"))],
  ["a gateway's JSON", false, says(403, message("Forbidden"))],
  ["a page", false, says(403, page)],
  ["not now", false, says(400, error("temporarily_unavailable"))],
])("said again and again, %s is a refusal: %s", async (_about, is, answer) => {
  const outcome = await outcomeOf(answer);
  expect(outcome.kind === "unavailable" && isUndeclaredRefusal(outcome.error)).toBe(is);
});
