import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LARGEST_BODY } from "./body.mjs";
import { guarded, placeFrom } from "./edge.mjs";
import { asksForDocument } from "./page-header.mjs";

const ID = "7f".repeat(21);

let server: Server;
/** What has passed the edge. */
let passed: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[];

async function listen(AUTH_URL: string) {
  passed = [];
  server = guarded(
    createServer(async (request, response) => {
      const { method, url, headers } = request;
      passed.push({ method, url, headers, body: await text(request) } as (typeof passed)[0]);
      if (url === "/own") response.setHeader("content-security-policy", "frame-ancestors *");
      response.end("passed");
    }),
    placeFrom({ AUTH_URL }),
  );
  await new Promise<void>((done) => server.listen(0, "localhost", done));
}

beforeEach(() => listen("https://portico.example"));

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends this as it is, and resolves to what comes back until the connection is closed. */
function send(...lines: string[]): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((done) => {
    let said = "";
    const socket = connect(port, "localhost", () => socket.write(lines.join("\r\n")));
    socket.setEncoding("latin1").on("data", (chunk) => {
      said += chunk;
    });
    socket.on("close", () => done(said)).on("error", () => {});
  });
}

const get = (target: string, ...headers: string[]) =>
  send(`GET ${target} HTTP/1.1`, "Host: x", "Connection: close", ...headers, "", "");

function post(target: string, headers: string[], body: string) {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  const usual = ["Host: x", "Connection: close", length];
  return send(`POST ${target} HTTP/1.1`, ...usual, ...headers, "", body);
}

const OURS = "Origin: https://portico.example";
const BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
const PARTS = `Content-Type: multipart/form-data; boundary=${BOUNDARY}`;
const CALL = `Next-Action: ${ID}`;

function parts(fields: [name: string, value: string][]) {
  const written = fields.map(
    ([name, value]) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return `${written.join("")}--${BOUNDARY}--\r\n`;
}

const statusOf = (answer: string) => Number(answer.split(" ")[1]);

describe("what passes", () => {
  test.each([
    "/",
    "/connect/olx-otodom?done=%ff",
    "/a%20b",
    "/caf%C3%A9",
    "http://other.example/dashboard?x=1",
  ])("GET %s", async (target) => {
    expect(statusOf(await get(target))).toBe(200);
    expect(passed[0]?.url).toBe(target.replace("http://other.example", ""));
  });

  test.each([
    "/_global-error",
    "/_global-error?x=1",
    "/x/../_global-error",
    "/x/%2e%2e/_global-error",
    "http://other.example/_global-error",
  ])("GET %s, as an address where there is nothing", async (target) => {
    await get(target);
    expect(passed[0]?.url).toBe("/_not-found");
  });

  test("a form, with and without scripts", async () => {
    const plain = parts([
      [`$ACTION_ID_${ID}`, ""],
      ["connection", "olx-otodom"],
    ]);
    const called = parts([
      ["_1_connection", "olx-otodom"],
      ["0", '["$K1"]'],
    ]);
    expect(statusOf(await post("/sign-in", [OURS, PARTS], plain))).toBe(200);
    expect(statusOf(await post("/sign-in", [OURS, PARTS, CALL], called))).toBe(200);
    const nothing = [OURS, "Content-Type: text/plain;charset=UTF-8", CALL];
    expect(statusOf(await post("/dashboard", nothing, "[]"))).toBe(200);
    expect(passed.map(({ body }) => body)).toEqual([plain, called, "[]"]);
  });

  test("a body in chunks", async () => {
    const chunked = ["Transfer-Encoding: chunked", "Connection: close"];
    const start = ["POST /api/v1/links/1/token HTTP/1.1", "Host: x", ...chunked];
    expect(statusOf(await send(...start, "", "2", "{}", "0", "", ""))).toBe(200);
    expect(passed[0]?.body).toBe("{}");
  });

  test("a call of the API, and a portal's call, from anywhere", async () => {
    expect(statusOf(await post("/api/v1/links/1/token", [], "{}"))).toBe(200);
    expect(statusOf(await post("/api/logout/spark", ["Origin: null"], "a=b"))).toBe(200);
  });

  test("the wish for another protocol: it is ignored", async () => {
    const wish = ["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"];
    server.on("upgrade", (_, socket) => socket.destroy());
    await new Promise((done) => setImmediate(done));
    expect(statusOf(await get("/", ...wish, "Connection: close, Upgrade"))).toBe(200);
  });

  test("Next's own state of a page", async () => {
    const state = [
      "",
      { children: ["dashboard", { children: ["__PAGE__", {}] }] },
      null,
      "refetch",
    ];
    const header = `Next-Router-State-Tree: ${encodeURIComponent(JSON.stringify(state))}`;
    expect(statusOf(await get("/dashboard", "RSC: 1", header))).toBe(200);
  });
});

describe("what is refused", () => {
  test.each(["/connect/%ff", "/%", "/%E0%A4%A", "/a/%zz?b", "*", "http://", "ftp://x/", "a"])(
    "a target that no path can be read in: %s",
    async (target) => expect(statusOf(await get(target))).toBe(400),
  );

  test.each(["TRACE", "PROPFIND", "MKCOL", "REPORT", "PURGE"])("the method %s", async (method) => {
    const answer = await send(`${method} / HTTP/1.1`, "Host: x", "Connection: close", "", "");
    expect(statusOf(answer)).toBe(405);
    expect(answer).toContain("allow: GET, HEAD, POST");
  });

  test.each([
    "https://evil.example",
    "null",
    "",
    "%",
    "https://portico.example.evil",
    "http://portico.example",
  ])('the origin "%s"', async (origin) => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const start = [`${method} /sign-in HTTP/1.1`, "Host: x", "Connection: close"];
      expect(statusOf(await send(...start, `Origin: ${origin}`, "", ""))).toBe(403);
    }
  });

  test("no origin", async () => {
    expect(statusOf(await post("/sign-in", [PARTS], parts([])))).toBe(403);
  });

  test.each([
    [
      "a length that says so",
      [`Content-Length: ${LARGEST_BODY + 1}`],
      "x".repeat(LARGEST_BODY + 1),
    ],
    ["chunks", ["Transfer-Encoding: chunked"], `50000\r\n${"x".repeat(0x50000)}\r\n0\r\n\r\n`],
  ])("a body that is too large, by %s", async (_, headers, body) => {
    for (const target of ["/sign-in", "/api/v1/links"]) {
      const start = [`POST ${target} HTTP/1.1`, "Host: x", "Connection: close", OURS];
      expect(statusOf(await send(...start, ...headers, "", body))).toBe(413);
    }
  });

  test.each<[string, string[], string]>([
    ["parts without a boundary", ["Content-Type: multipart/form-data"], parts([])],
    ["no parts at all", [PARTS], ""],
    ["no parts at all, and no boundary", ["Content-Type: multipart/form-data"], ""],
    ["a call of nothing", [CALL], ""],
    ["parts cut off", [PARTS], `--${BOUNDARY}\r\nContent-Disposition: form-data; na`],
    ["parts of another boundary", [PARTS], parts([]).replaceAll(BOUNDARY, "other")],
    ["a forged name of an action", [PARTS], parts([["$ACTION_ID_1", ""]])],
    [
      "bound arguments",
      [PARTS],
      parts([
        ["$ACTION_REF_1", ""],
        ["$ACTION_1:0", "{}"],
      ]),
    ],
    ["an action and a file", [PARTS], parts([['f"; filename="a', "x"]])],
    ["a call without a form", ["Content-Type: text/plain", CALL], '["$F1"]'],
    [
      "a call with another argument",
      [PARTS, CALL],
      parts([
        ["0", '["$F1"]'],
        ["1", "{}"],
      ]),
    ],
  ])("a form that Next cannot read: %s", async (_, headers, body) => {
    expect(statusOf(await post("/sign-in", [OURS, ...headers], body))).toBe(400);
  });

  test.each([
    "Next-Action: x",
    "Next-Action: __proto__",
    "Next-Router-State-Tree: x",
    "Next-Router-State-Tree: %",
    "Next-Router-State-Tree: []",
    'Next-Router-State-Tree: ["",{"a":1}]',
    'Next-Router-State-Tree: ["",{},null,"rubbish"]',
    `Next-Router-State-Tree: ${'["",{"a":'.repeat(200)}["",{}]${"}]".repeat(200)}`,
  ])("a header that Next cannot read: %.40s", async (header) => {
    expect(statusOf(await get("/dashboard", header))).toBe(400);
  });

  test("an expectation that is none of HTTP's", async () => {
    expect(statusOf(await get("/", "Expect: 200-ok"))).toBe(417);
  });

  afterEach(() => expect(passed).toEqual([]));
});

describe("every answer has the security headers", () => {
  test.each<[string, () => Promise<string>]>([
    ["one that passed", () => get("/")],
    ["a refusal", () => get("/%ff")],
    ["a refused call of the API", () => get("/api/v1/%ff")],
    ["what is no HTTP", () => send("rubbish", "", "")],
    ["headers that are too large", () => get("/", `X: ${"x".repeat(20_000)}`)],
  ])("%s", async (_, ask) => {
    const answer = await ask();
    for (const name of ["X-Content-Type-Options: nosniff", "X-Frame-Options: DENY"]) {
      expect(answer).toContain(name);
    }
  });

  test("but for an answer with a policy of its own, which says which sites may frame it", async () => {
    const answer = await get("/own");
    expect(answer.match(/^[^:\r\n]*:/gm)).toContain("X-Content-Type-Options:");
    expect(answer.match(/^content-security-policy: .*$/gim)).toEqual([
      "content-security-policy: frame-ancestors *",
    ]);
    expect(answer).not.toMatch(/x-frame-options/i);
  });

  test("and a page's own nonce, which no request can choose", async () => {
    const nonces = await Promise.all(
      Array.from({ length: 3 }, () => get("/", "Content-Security-Policy: script-src 'nonce-mine'")),
    );
    const sent = nonces.map((answer) => /'nonce-([^']+)'/.exec(answer)?.[1]);
    const handedOn = passed.map(
      ({ headers }) => /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1],
    );
    expect(new Set(sent).size).toBe(3);
    expect(handedOn.toSorted()).toEqual(sent.toSorted());
  });

  test("localhost is a place for forms to end only where we are there ourselves", async () => {
    expect(await get("/")).toContain("form-action 'self' https:\r\n");
    server.close();
    await listen("http://localhost:3000");
    expect(await get("/")).toContain(
      "form-action 'self' https: http://localhost:* http://127.0.0.1:*\r\n",
    );
  });
});

test("Next is told our own host, also when a proxy passes on another", async () => {
  const said = [
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: http",
    "Forwarded: host=evil",
    "Portico-Page: /connect/s/of-another",
    "Portico-Document: no",
  ];
  await get("/", ...said, "X-Forwarded-Port: 1");
  expect(passed[0]?.headers).toMatchObject({
    host: "portico.example",
    "x-forwarded-host": "portico.example",
    "x-forwarded-proto": "https",
  });
  expect(passed[0]?.headers).toMatchObject({ "portico-page": "/", "portico-document": "yes" });
  expect(passed[0]?.headers).not.toHaveProperty("forwarded");
  expect(passed[0]?.headers).not.toHaveProperty("x-forwarded-port");
});

test.each([
  ["yes", []],
  ["no", ["RSC: 1"]],
])("Next is told whether a document is asked for: %s, with %s", async (document, said) => {
  await get("/", ...said);
  expect(passed[0]?.headers).toHaveProperty("portico-document", document);
});

test("a form that a script sends asks for no document, and one that a browser sends does", () => {
  expect(asksForDocument({ "next-action": "0123456789" })).toBe("no");
  expect(asksForDocument({ "content-type": "multipart/form-data" })).toBe("yes");
});

test.each([
  ["https://PORTICO.example:443", "https://portico.example"],
  ["https://pörtico.example/", "https://xn--prtico-wxa.example"],
])("a form is from our own page when AUTH_URL is written as %s", async (AUTH_URL, origin) => {
  server.close();
  await listen(AUTH_URL);
  const answer = await post("/sign-in", [`Origin: ${origin}`, PARTS], parts([["a", "b"]]));
  expect(statusOf(answer)).toBe(200);
});

test("a refusal says what is wrong, to a person and to a program, and repeats nothing", async () => {
  const page = await get("/secret/%ff");
  expect(page).toContain("<h1>We could not read this address</h1>");
  expect(page).not.toContain("secret");
  const call = await get("/api/v1/secret%ff");
  expect(call).toContain("content-type: application/problem+json");
  expect(JSON.parse(call.split("\r\n\r\n")[1] ?? "")).toMatchObject({
    status: 400,
    code: "invalid_request",
  });
  expect(call).not.toContain("secret");
});
