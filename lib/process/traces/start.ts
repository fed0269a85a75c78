import { setTimeout as sleep } from "node:timers/promises";
import {
  type Context,
  context,
  type Span as OpenSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import {
  type ExportResult,
  isTracingSuppressed,
  parseTraceParent,
  setGlobalErrorHandler,
} from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import { version } from "@/lib/env";
import { type Facts, type Tracer, tracing } from "../spans";
import { logSummed } from "../summed-log";
import { traceAskedServers } from "./asked-servers";
import { cleaned, OURS } from "./cleaned";

/** How long a process that ends waits for the last spans to be taken. */
const LAST_MS = 3_000;

/**
 * From here on spans are sent to where `OTEL_*` says, ours and those of Next. The only place that loads OpenTelemetry, and it is loaded
 * only where traces are wanted.
 */
export function startTraces(): void {
  setGlobalErrorHandler(tellNotSent);
  const exporter = new OTLPTraceExporter();
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": OURS, "service.version": version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(cleaning(exporter))],
  });
  provider.register({ propagator: null }); // what visitors say of their traces is not believed
  traceAskedServers();
  const shared = tracing();
  shared.tracer = tracerOn(trace.getTracer(OURS));
  shared.flush = async () => {
    const sent = Promise.all([provider.forceFlush(), exporter.forceFlush()]).catch(tellNotSent);
    await Promise.race([sent, sleep(LAST_MS, undefined, { ref: false })]);
  };
}

/** The error's own words could hold an address or a header. */
function tellNotSent() {
  logSummed("warn", "traces.not_sent");
}

/** Lets nothing out but what is listed. */
function cleaning(exporter: SpanExporter): SpanExporter {
  return {
    export: (spans: ReadableSpan[], done: (result: ExportResult) => void) =>
      exporter.export(
        spans.map(cleaned).filter((span) => span !== null),
        done,
      ),
    forceFlush: async () => exporter.forceFlush?.(),
    shutdown: () => exporter.shutdown(),
  };
}

function tracerOn(tracer: ReturnType<typeof trace.getTracer>): Tracer {
  return {
    within({ name, facts, caller }, work) {
      const kind = caller === undefined ? SpanKind.INTERNAL : SpanKind.SERVER;
      const parent = caller ? callersContext(caller) : context.active();
      const span = tracer.startSpan(name, { kind, attributes: told(facts) }, parent);
      return context.with(trace.setSpan(parent, span), async () => {
        try {
          return await work((more) => span.setAttributes(told(more)));
        } catch (error) {
          markFailed(span, error);
          throw error;
        } finally {
          span.end();
        }
      });
    },
    ask({ name, facts }) {
      const isPart = trace.getSpan(context.active())?.isRecording() ?? false;
      if (!isPart || isTracingSuppressed(context.active())) return null;
      const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: told(facts) });
      return {
        end({ facts: more = {}, failure }) {
          span.setAttributes(told(more));
          if (failure !== undefined) markFailed(span, failure);
          span.end();
        },
      };
    },
  };
}

/** https://www.w3.org/TR/trace-context/ section 3.2; what is no such header begins a trace of its own. */
function callersContext(traceparent: string): Context {
  const parent = parseTraceParent(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }) : ROOT_CONTEXT;
}

function told(facts: Facts) {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, value ?? undefined]),
  );
}

function markFailed(span: OpenSpan, error: unknown) {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute("error.type", String(code ?? name ?? "unknown"));
}
