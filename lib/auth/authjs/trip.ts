import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import type { Connection } from "@/lib/portals/connections";
import type { Flow } from "../flow/flow";
import type { Completion } from "../linking/complete";

/**
 * What one request knows while Auth.js is at work on it. Auth.js calls us back in places that have no arguments for
 * this, and reports failures to its logger only.
 */
export type Trip = {
  connection: Connection;
  /** The flow that has come back; absent at a start. */
  arrival?: { flow: Flow; oldSession: string | null; reference: string };
  introduction?: MemberTokens;
  completion?: Completion;
  /** The first thing that went wrong. */
  error?: unknown;
};

const trips = new AsyncLocalStorage<Trip>();

/** Runs Auth.js with a trip at hand. */
export function withTrip<T>(trip: Trip, run: () => Promise<T>): Promise<T> {
  return trips.run(trip, run);
}

export function currentTrip(): Trip | undefined {
  return trips.getStore();
}
