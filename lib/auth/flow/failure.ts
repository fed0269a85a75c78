import "server-only";
import { OAuthError } from "@/lib/oauth/errors";
import { log, traceOf } from "@/lib/process/log";
import { logSummed } from "@/lib/process/summed-log";
import type { Problem } from "./problems";

/** A way for a flow to fail, with what the log may say of it. */
export type Failure = {
  problem: Problem;
  detail?: Record<string, string | number | boolean | null | undefined>;
};

/** A failure on its way through code that knows errors only. */
export class FlowFailure extends Error {
  override readonly name = "FlowFailure";
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.problem);
    this.failure = failure;
  }
}

/** A code that was sent once more before what came of it could be stored: its tokens are not kept. */
export class LostExchange extends FlowFailure {
  constructor() {
    super({ problem: "timed_out" });
  }
}

/** What went wrong while Auth.js exchanged a code. It wraps what our own functions throw, and has a few errors of its own. */
export function exchangeFailure(error: unknown): Failure {
  if (error instanceof FlowFailure) return error.failure;
  const inner = causeOf(error);
  if (inner instanceof OAuthError) {
    return { problem: inner.code, detail: { ...inner.detail, message: inner.message } };
  }
  const type = typeOf(error);
  // Its own check of `state`, `nonce` or PKCE: after ours, only a cookie that expired in between can fail it.
  if (type === "InvalidCheck") return { problem: "flow_expired", detail: { type } };
  // It looks up whose link it is after the portal has said yes.
  if (type === "AdapterError") return { problem: "not_saved", detail: { type, ...traceOf(inner) } };
  return { problem: "internal", detail: { type, ...traceOf(inner) } };
}

/** Leaves a line in the log under the reference that the page shows; of what a limit refuses, the first lines. */
export function reportFailure({ problem, detail }: Failure, about: Record<string, string | null>) {
  const level = problem === "internal" || problem === "not_saved" ? "error" : "warn";
  const write = problem === "too_many_tries" ? logSummed : log;
  write(level, "flow.failed", { ...about, problem, ...detail });
}

/** Auth.js keeps what was thrown at `cause.err`. What has a name of its own is not looked behind. */
function causeOf(error: unknown): unknown {
  if (error instanceof OAuthError) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  const inner = typeof cause === "object" && cause !== null && "err" in cause ? cause.err : cause;
  return inner instanceof Error ? inner : error;
}

/** Auth.js's errors are told apart by `type`; their names are minified in a production build. */
function typeOf(error: unknown) {
  return error instanceof Error && "type" in error ? String(error.type) : "unknown";
}
