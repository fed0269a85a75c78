import { processWide } from "./process-wide";

/** Where traces begin in our code. Nothing of OpenTelemetry's SDK is loaded here: without `OTEL_*` a span costs a look at one variable. */

/**
 * What a span says of itself: words of closed lists, numbers, and ids that an operator has chosen. Never a person, a link, a token, or
 * an address with what follows its host. What is not listed in `traces/cleaned.ts` is not sent.
 */
export type Facts = Record<string, string | number | null | undefined>;

/** Adds what is known only later. */
export type Note = (facts: Facts) => void;

export type Span = {
  name: string;
  facts: Facts;
  /** Of a request to us: the trace that its caller says it belongs to (W3C Trace Context, `traceparent`), null where there is none. */
  caller?: string | null;
};

/** A question to another server, such as the database. */
export type Question = { end: (answered: { facts?: Facts; failure?: unknown }) => void };

export type Tracer = {
  within<T>(span: Span, work: (note: Note) => Promise<T>): Promise<T>;
  ask(span: Span): Question | null;
};

/** Set by `startTraces`, and never without `OTEL_*`. */
export const tracing = processWide("tracing", () => ({
  tracer: null as Tracer | null,
  /** Sends what has not been sent. */
  flush: async () => {},
}));

/** Does something within a span. What it throws is told by its code alone. */
export function inSpan<T>(span: Span, work: (note: Note) => Promise<T>): Promise<T> {
  const { tracer } = tracing();
  return tracer ? tracer.within(span, work) : work(noteNothing);
}

/** Begins the span of a question; null without traces, or where there is no span that it would be a part of. */
export function questionSpan(describe: () => Span): Question | null {
  const { tracer } = tracing();
  return tracer ? tracer.ask(describe()) : null;
}

function noteNothing() {}
