import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

/** Whose spans these are: ours, and those that Next makes for pages. */
export const OURS = "portico";
const NEXTS = "next.js";

const WORD = /^[\w.-]{1,60}$/;
const NUMBER = /^\d{1,5}$/;

/** A route as its pattern, such as `/links/[id]`: none of its parts is as long as a secret. */
const ROUTE = /^(\/(\[{1,2}(\.{3})?\w{1,30}\]{1,2}|[a-z0-9._-]{1,24}))*\/?$/;

/** What may be sent, and how it looks. What looks otherwise is left out. */
const ATTRIBUTES: Record<string, RegExp> = {
  "http.request.method": /^[A-Z]{3,10}$/,
  "http.response.status_code": NUMBER,
  "http.route": ROUTE,
  "server.address": /^[\w.:-]{1,253}$/,
  "db.system.name": WORD,
  "db.operation.name": /^[A-Z]{2,20}$/,
  "db.collection.name": /^\w{1,63}$/,
  "error.type": WORD,
  "portico.call": WORD,
  "portico.client": WORD,
  "portico.key": WORD,
  "portico.portal": WORD,
  "portico.connection": WORD,
  "portico.outcome": WORD,
  "next.span_type": /^[A-Za-z]{1,40}\.[A-Za-z]{1,40}$/,
  "next.rsc": /^(true|false)$/,
};

/** Names of Next's that have been replaced (OpenTelemetry's semantic conventions 1.23). */
const RENAMED: Record<string, string> = {
  "http.method": "http.request.method",
  "http.status_code": "http.response.status_code",
};

/**
 * A span as it may leave this process: Next writes whole addresses into its spans, with codes in them, and errors with their messages.
 * So only what is listed here is kept. A span that is neither ours nor Next's is not sent.
 */
export function cleaned(span: ReadableSpan): ReadableSpan | null {
  const scope = span.instrumentationScope.name;
  if (scope !== OURS && scope !== NEXTS) return null;
  const attributes = kept(span.attributes);
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    name: scope === OURS ? span.name : nameOf(attributes),
    kind: span.kind,
    spanContext: () => ({ traceId, spanId, traceFlags }),
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: { code: span.status.code },
    attributes,
    links: [],
    events: [],
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function kept(attributes: Attributes): Attributes {
  const clean: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    const as = RENAMED[name] ?? name;
    if (value !== undefined && ATTRIBUTES[as]?.test(String(value))) clean[as] = value;
  }
  return clean;
}

/** Next names spans by addresses, so its names are made anew. */
function nameOf(attributes: Attributes): string {
  const { "next.span_type": type, "http.route": route, "http.request.method": method } = attributes;
  if (type !== "BaseServer.handleRequest" || !method) return String(type ?? "Next");
  return route ? `${method} ${route}` : String(method);
}
