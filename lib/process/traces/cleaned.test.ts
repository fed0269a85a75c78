import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { expect, test } from "vitest";
import { cleaned } from "./cleaned";

const SECRET = "s3cr3t-Of-Anna-Peeters";

/** A span as it leaves, null where none does. */
function sent(scope: string, name: string, attributes: Record<string, string | number | boolean>) {
  const memory = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  const span = provider.getTracer(scope).startSpan(name, {
    kind: SpanKind.SERVER,
    attributes,
    links: [
      {
        context: { traceId: "1".repeat(32), spanId: "1".repeat(16), traceFlags: 1 },
        attributes: { of: SECRET },
      },
    ],
  });
  span.recordException(new Error(SECRET));
  span.addEvent(SECRET, { of: SECRET });
  span.setStatus({ code: SpanStatusCode.ERROR, message: SECRET });
  span.end();
  const [finished] = memory.getFinishedSpans();
  return finished ? cleaned(finished) : null;
}

const page = { "next.span_type": "BaseServer.handleRequest", "http.method": "GET" };

test("a page's span has its pattern, and nothing of its address", () => {
  const span = sent("next.js", `GET /connect/s/${SECRET}`, {
    ...page,
    "http.target": `/connect/s/${SECRET}?code=${SECRET}`,
    "http.url": `https://portico.example/connect/s/${SECRET}`,
    "http.route": "/connect/s/[secret]",
    "next.route": "/connect/s/[secret]",
    "next.span_name": `GET /connect/s/${SECRET}`,
    "http.status_code": 200,
    "next.rsc": false,
  });
  expect(span).toMatchObject({
    name: "GET /connect/s/[secret]",
    kind: SpanKind.SERVER,
    status: { code: SpanStatusCode.ERROR },
    events: [],
    links: [],
  });
  expect(span?.attributes).toEqual({
    "next.span_type": "BaseServer.handleRequest",
    "next.rsc": false,
    "http.request.method": "GET",
    "http.route": "/connect/s/[secret]",
    "http.response.status_code": 200,
  });
  expect(JSON.stringify({ ...span, resource: null })).not.toContain(SECRET);
});

test.each([
  `/connect/s/${SECRET}`,
  "/links/4a5b7c7e-0000-4000-8000-000000000000",
  "/people/Anna",
  "/sign-in?code=x",
])("what may be an address is no route: %s", (route) => {
  const span = sent("next.js", route, { ...page, "http.route": route });
  expect(span?.name).toBe("GET");
  expect(span?.attributes).not.toHaveProperty("http.route");
});

test.each([
  "/",
  "/sign-in",
  "/dashboard/links/[id]",
  "/api/auth/[...nextauth]",
  "/connect/[[...rest]]",
  "/_not-found",
  "/favicon.ico",
])("a pattern is a route: %s", (route) => {
  expect(sent("next.js", "x", { ...page, "http.route": route })?.name).toBe(`GET ${route}`);
});

test("other spans of Next are named by their kind, and requests to others keep no address", () => {
  const span = sent("next.js", `fetch GET https://portal.example/me?token=${SECRET}`, {
    "next.span_type": "AppRender.fetch",
    "http.url": `https://portal.example/me?token=${SECRET}`,
    "net.peer.name": "portal.example",
  });
  expect(span?.name).toBe("AppRender.fetch");
  expect(span?.attributes).toEqual({ "next.span_type": "AppRender.fetch" });
});

test.each(["portico", "next.js"])("an attribute that is not listed is not sent: %s", (scope) => {
  const span = sent(scope, "refresh", {
    "portico.member": SECRET,
    "error.type": `${SECRET} and more`,
    "portico.outcome": "not a word",
    "server.address": `https://${SECRET}`,
  });
  expect(span?.attributes).toEqual({});
});

test("our own span keeps its name and what is listed", () => {
  const facts = { "portico.portal": "olx", "portico.connection": "olx-otodom" };
  expect(sent("portico", "refresh", facts)).toMatchObject({ name: "refresh", attributes: facts });
});

test("spans of others are not sent", () => {
  expect(sent("some-library", "query", {})).toBeNull();
});
