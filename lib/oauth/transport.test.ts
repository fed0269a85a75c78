import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { OAuthError } from "./errors";
import { ANSWER_LIMIT_BYTES, harmless, readJson, send } from "./transport";

/** A portal that answers like this. */
async function portal(answer: RequestListener) {
  const server = createServer(answer).listen(0, "localhost");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}/token`;
}

async function failureOf(answer: RequestListener, deadline = 2_000): Promise<OAuthError> {
  const url = await portal(answer);
  const failure = await send({ url, method: "POST", body: "{}", deadline })
    .then((answer) => readJson(answer))
    .catch((error: unknown) => error);
  if (!(failure instanceof OAuthError))
    throw new Error(`no failure, but ${JSON.stringify(failure)}`);
  return failure;
}

const says =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

test("a JSON object is an answer", async () => {
  const url = await portal(says(200, '{"a":1}'));
  expect(readJson(await send({ url }))).toEqual({ a: 1 });
});

test.each<[string, RequestListener, string]>([
  ["an empty body", says(200, ""), "empty"],
  [
    "a web page",
    says(200, "<html>maintenance</html>", { "content-type": "text/html" }),
    "web_page",
  ],
  ["text that is no JSON", says(200, "ok"), "unreadable"],
  ["JSON that is no object", says(200, "[1]"), "unexpected"],
  ["a redirect", says(302, "", { location: "https://elsewhere.example" }), "redirected"],
  ["500", says(500, ""), "failing"],
  ["502 with a web page", says(502, "<html>"), "failing"],
  ["401 invalid_client", says(401, '{"error":"invalid_client"}'), "invalid_client"],
  ["400 invalid_grant", says(400, '{"error":"invalid_grant"}'), "invalid_grant"],
  ["401 without a body", says(401, ""), "invalid_token"],
  ["404", says(404, "not here"), "refused"],
  ["a reset", (request) => request.socket.destroy(), "unreachable"],
  [
    "an answer without end",
    (_request, response) => response.end("x".repeat(ANSWER_LIMIT_BYTES + 1)),
    "too_large",
  ],
])("%s is a failure of its own", async (_name, answer, code) => {
  expect((await failureOf(answer)).code).toBe(code);
});

test("429 says when to come back", async () => {
  const failure = await failureOf(says(429, "", { "retry-after": "30" }));
  expect(failure).toMatchObject({ code: "rate_limited", detail: { retryAfter: 30 } });
});

test("a date to come back at is seconds from now; 503 may name one too", async () => {
  const date = new Date(Date.now() + 90_000).toUTCString();
  const { detail } = await failureOf(says(503, "", { "retry-after": date }));
  expect(detail.retryAfter).toBeGreaterThan(85);
  expect(detail.retryAfter).toBeLessThanOrEqual(90);
  expect((await failureOf(says(429, "", { "retry-after": "soon" }))).detail.retryAfter).toBe(
    undefined,
  );
});

test("what a portal declares about its refusals comes before what the RFCs say", async () => {
  const url = await portal(says(403, '{"message":"The client credentials are invalid"}'));
  const answer = await send({ url });
  const declared = {
    refusals: [
      { status: 403, error: "1020", means: "expired_token" },
      { status: 403, says: /credentials are invalid/, means: "invalid_client" },
    ],
  } as const;
  expect(() => readJson(answer, declared)).toThrowError(
    expect.objectContaining({ code: "invalid_client" }),
  );
  expect(() => readJson(answer)).toThrowError(expect.objectContaining({ code: "refused" }));
});

test("one deadline covers a portal that says nothing and one that says it drop by drop", async () => {
  const silent = await failureOf(() => {}, 200);
  const dripping = await failureOf((_request, response) => {
    response.writeHead(200);
    setInterval(() => response.write(" "), 50).unref();
  }, 200);
  expect([silent.code, dripping.code]).toEqual(["timed_out", "timed_out"]);
});

test("a port without a server is unreachable", async () => {
  await expect(send({ url: "http://localhost:1/" })).rejects.toMatchObject({ code: "unreachable" });
});

/** As `fetch` has it when each address of a host fails in a way of its own. */
function failingWith(...codes: string[]) {
  const errors = codes.map((code) => Object.assign(new Error(code), { code }));
  const cause = errors.length > 1 ? new AggregateError(errors) : errors[0];
  const failing = vi
    .spyOn(globalThis, "fetch")
    .mockRejectedValue(new TypeError("fetch failed", { cause }));
  onTestFinished(() => failing.mockRestore());
}

test.each([
  { codes: ["ECONNREFUSED"], sent: false },
  { codes: ["ECONNREFUSED", "ENETUNREACH"], sent: false },
  { codes: ["ECONNREFUSED", "ECONNRESET"], sent: undefined },
  { codes: ["ECONNRESET"], sent: undefined },
])("whether anything can have been sent after $codes: $sent", async ({ codes, sent }) => {
  failingWith(...codes);
  const failure = await send({ url: "http://localhost:1/" }).catch((error: unknown) => error);
  if (!(failure instanceof OAuthError)) throw new Error("no failure");
  expect([failure.code, failure.detail.sent]).toEqual(["unreachable", sent]);
});

test("a portal's words are one short line", () => {
  expect(harmless("one\r\ntwo\u0000\u202ethree")).toBe("one  two  three");
  expect(harmless("a word ".repeat(100))).toHaveLength(200);
  expect(harmless(["a"])).toBeNull();
});

test("a failure repeats nothing that could be a secret", async () => {
  const canary = "canary-7faf9c72733ad3472963fdb3cb24b94e";
  const body = {
    error: "invalid_request",
    error_description: `The code ${canary} is "${canary}"!`,
  };
  const { message, detail } = await failureOf(says(400, JSON.stringify(body)));
  expect(detail).toEqual({
    status: 400,
    error: "invalid_request",
    description: 'The code … is "…"!',
  });
  expect(message).not.toContain(canary);
  expect(harmless("x".repeat(500))).toBe("…");
});
