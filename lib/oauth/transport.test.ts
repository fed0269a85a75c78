import http, { createServer, type RequestListener } from "node:http";
import net, { type AddressInfo } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, onTestFinished, test, vi } from "vitest";
import { readJson } from "./answer";
import { OAuthError } from "./errors";
import { ANSWER_LIMIT_BYTES, send } from "./transport";

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
  ["401 without a body", says(401, ""), "empty"],
  [
    "401 with a challenge",
    says(401, "", { "www-authenticate": 'Bearer error="invalid_token"' }),
    "invalid_token",
  ],
  [
    "401 with a gateway's challenge",
    says(401, "<h1>401</h1>", { "www-authenticate": "Basic realm=x" }),
    "web_page",
  ],
  ["403 with a gateway's JSON", says(403, '{"message":"Forbidden"}'), "unexpected"],
  ["404", says(404, "not here"), "unreadable"],
  ["an error of OAuth with 200", says(200, '{"error":"invalid_grant"}'), "invalid_grant"],
  ["408", says(408, ""), "failing"],
  ["a word for not now", says(400, '{"error":"temporarily_unavailable"}'), "failing"],
  ["a word for too often", says(403, '{"error":"rate_limit_exceeded"}'), "rate_limited"],
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
  expect(() => readJson(answer)).toThrowError(expect.objectContaining({ code: "unexpected" }));
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

test("nothing was sent where no server listens", async () => {
  const failure = await send({ url: "http://localhost:1/", method: "POST" }).catch(
    (e: unknown) => e,
  );
  expect(failure).toMatchObject({ code: "unreachable", detail: { sent: false } });
});

test("nothing was sent where TLS fails", async () => {
  const url = (await portal(says(200, "{}"))).replace("http:", "https:");
  const failure = await send({ url, method: "POST" }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "unreachable", detail: { sent: false } });
});

test("nothing was sent where no connection comes about in time", async () => {
  const connecting = vi
    .spyOn(
      http.Agent.prototype as unknown as Pick<typeof net, "createConnection">,
      "createConnection",
    )
    .mockImplementation(() => Object.assign(new net.Socket(), { connecting: true }));
  onTestFinished(() => connecting.mockRestore());
  const failure = await send({ url: "http://localhost:1/", method: "POST", deadline: 200 }).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: "timed_out", detail: { sent: false } });
});

/** A portal that resets its first connections, with or without a look at the request. */
async function resettingPortal(times: number) {
  let seen = 0;
  const url = await portal((request, response) => {
    seen += 1;
    if (seen <= times) return void request.socket.resetAndDestroy();
    response.end('{"a":1}');
  });
  return { url, seen: () => seen };
}

test("a read that got no answer is sent once more", async () => {
  const once = await resettingPortal(1);
  expect((await send({ url: once.url })).body).toBe('{"a":1}');
  const twice = await resettingPortal(2);
  await expect(send({ url: twice.url })).rejects.toMatchObject({ code: "unreachable" });
  expect(twice.seen()).toBe(2);
});

test.each(["POST", "DELETE"] as const)(
  "a %s that may have arrived is not sent again",
  async (method) => {
    const { url, seen } = await resettingPortal(1);
    const failure = await send({ url, method }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "unreachable", detail: {} });
    expect(seen()).toBe(1);
  },
);

test("what certainly never arrived is sent once more", async () => {
  const { port } = new URL(await portal(says(200, '{"a":1}')));
  let tries = 0;
  const request = vi.spyOn(http, "request").mockImplementation(((
    _url: string,
    ...rest: never[]
  ) => {
    tries += 1;
    request.mockRestore();
    const nowhere = tries === 1 ? "http://localhost:1/" : `http://localhost:${port}/`;
    return http.request(nowhere, ...rest);
  }) as typeof http.request);
  onTestFinished(() => request.mockRestore());
  const answer = await send({ url: `http://localhost:${port}/`, method: "POST", body: "a=1" });
  expect(answer.body).toBe('{"a":1}');
});

test("no connection is used twice: one that was kept may be closed in the moment it is used", async () => {
  const sockets = new Set<unknown>();
  const url = await portal((request, response) => {
    sockets.add(request.socket);
    response.setHeader("connection", "keep-alive");
    response.end("{}");
  });
  for (let n = 0; n < 3; n += 1) await send({ url, method: "POST", body: "{}" });
  expect(sockets.size).toBe(3);
});

test("a 100 Continue that was not asked for is harmless, and so are other beginnings of an answer", async () => {
  const url = await portal((_request, response) => {
    response.writeContinue();
    response.writeProcessing();
    response.writeEarlyHints({ link: "</style.css>; rel=preload; as=style" });
    response.end('{"a":1}');
  });
  expect((await send({ url, method: "POST", body: "{}" })).body).toBe('{"a":1}');
});

test.each([
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
  ["deflate", deflateSync],
])("an answer that comes as %s, though not asked for so, is read", async (coding, compress) => {
  const url = await portal((_request, response) => {
    response.writeHead(200, { "content-encoding": coding }).end(compress('{"a":1}'));
  });
  expect((await send({ url })).body).toBe('{"a":1}');
});

test("an answer is as large as what comes out of it", async () => {
  const url = await portal((_request, response) => {
    const bomb = gzipSync(Buffer.alloc(ANSWER_LIMIT_BYTES * 50));
    response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
  });
  await expect(send({ url })).rejects.toMatchObject({ code: "too_large" });
});

test("a failure repeats nothing that could be a secret", async () => {
  const canary = "canary-7faf9c72733ad3472963fdb3cb24b94e";
  const body = {
    error: "invalid_request",
    error_description: `The code ${canary} is "${canary}"!`,
  };
  const { message, detail } = await failureOf(says(400, JSON.stringify(body)));
  expect(detail).toEqual({
    said: "own",
    status: 400,
    error: "invalid_request",
    description: 'The code … is "…"!',
  });
  expect(message).not.toContain(canary);
});

test("an answer that is none, 101, is not waited for without end", async () => {
  const url = await portal((request) => {
    request.socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
    );
  });
  const failure = await send({ url, method: "POST" }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "unreachable" });
});

test("a signed read is good once, and is not sent again", async () => {
  const { url, seen } = await resettingPortal(1);
  const headers = { authorization: 'OAuth oauth_nonce="n", oauth_signature="s"' };
  await expect(send({ url, headers })).rejects.toMatchObject({ code: "unreachable" });
  expect(seen()).toBe(1);
});
