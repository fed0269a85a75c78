import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import type { FinishedFlow } from "../flow/consumption";
import type { Trip } from "../flow/trip";

/**
 * What one request knows while Auth.js is at work on it. Auth.js calls us back in places that have no argument for the
 * flow, and reports failures to its logger only. Tokens and members travel through Auth.js itself.
 */
type AuthJsContext = {
  /** The flow that has come back; null at a start. */
  trip: Trip | null;
  /** How it has ended, once it is completed. */
  finished: FinishedFlow | null;
  /** The first thing that went wrong. */
  error: unknown;
};

const contexts = new AsyncLocalStorage<AuthJsContext>();

/** Runs Auth.js with a flow at hand. @returns what it returns, how the flow has ended, and the first thing that went wrong */
export async function runAuthJs<T>(
  trip: Trip | null,
  run: () => Promise<T>,
): Promise<{ value: T; finished: FinishedFlow | null; error: unknown }> {
  const context: AuthJsContext = { trip, finished: null, error: null };
  const value = await contexts.run(context, run);
  return { value, finished: context.finished, error: context.error };
}

/** The flow that Auth.js is at work on. @throws outside of one */
export function currentTrip(): Trip {
  const trip = contexts.getStore()?.trip;
  if (!trip) throw new Error("Auth.js exchanges a code in a flow only");
  return trip;
}

/** Whether Auth.js is at work on a start. */
export function isStart(): boolean {
  return contexts.getStore()?.trip === null;
}

/** Keeps how the flow has ended: Auth.js hands no more on than the page. */
export function noteFinished(finished: FinishedFlow): void {
  const context = contexts.getStore();
  if (context) context.finished = finished;
}

/** Keeps the first thing that goes wrong. @returns whether there is a request to keep it for */
export function noteError(error: unknown): boolean {
  const context = contexts.getStore();
  if (context) context.error ??= error;
  return context !== undefined;
}
