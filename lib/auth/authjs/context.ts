import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import type { Trip } from "../flow/trip";

/**
 * What one request knows while Auth.js is at work on it. Auth.js calls us back in places that have no argument for the
 * flow, and reports failures to its logger only. Tokens and members travel through Auth.js itself.
 */
type AuthJsContext = {
  /** The flow that has come back; null at a start. */
  trip: Trip | null;
  /** The first thing that went wrong. */
  error: unknown;
};

const contexts = new AsyncLocalStorage<AuthJsContext>();

/** Runs Auth.js with a flow at hand. @returns what it returns, and the first thing that went wrong on the way */
export async function runAuthJs<T>(
  trip: Trip | null,
  run: () => Promise<T>,
): Promise<{ value: T; error: unknown }> {
  const context: AuthJsContext = { trip, error: null };
  const value = await contexts.run(context, run);
  return { value, error: context.error };
}

/** The flow that Auth.js is at work on. @throws outside of one */
export function currentTrip(): Trip {
  const trip = contexts.getStore()?.trip;
  if (!trip) throw new Error("Auth.js exchanges a code in a flow only");
  return trip;
}

/** Keeps the first thing that goes wrong. @returns whether there is a request to keep it for */
export function noteError(error: unknown): boolean {
  const context = contexts.getStore();
  if (context) context.error ??= error;
  return context !== undefined;
}
