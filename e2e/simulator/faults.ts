import { z } from "zod";
import { answerFaults } from "./answer-faults";
import { callbackFaults } from "./callback-faults";
import type { AnswerFaults, CallbackFaults } from "./fault";
import { type Endpoint, endpoints, type Portal } from "./portal";

/** The active faults. A test sets them; each request that meets one counts. */

/** Where a fault can be set: at an endpoint, or on the way back to the app. */
type FaultPoint = Endpoint | "callback";

export const Fault = z.strictObject({
  /** By default on every host. */
  host: z.string().optional(),
  at: z.enum([...endpoints, "callback"]),
  kind: z.string(),
  /** For this many requests; by default until the test removes it. */
  times: z.int().positive().optional(),
});

export type Fault = z.infer<typeof Fault>;

/** The kinds of faults that this portal can have at that point. */
export function faultKindsAt(portal: Portal, at: FaultPoint) {
  return Object.keys(at === "callback" ? callbackFaultsOf(portal) : answerFaultsOf(portal, at));
}

export class Faults {
  readonly #active = new Map<string, Fault>();

  /** Replaces the fault that was set for the same point. */
  put(fault: Fault) {
    this.#active.set(faultKey(fault.at, fault.host), fault);
  }

  clear() {
    this.#active.clear();
  }

  takeForAnswer(portal: Portal, host: string, at: Endpoint) {
    return this.#take(answerFaultsOf(portal, at), host, at);
  }

  takeForCallback(portal: Portal, host: string) {
    return this.#take(callbackFaultsOf(portal), host, "callback");
  }

  /** A fault that this portal does not know stays active for the portals that do. */
  #take<Kind>(known: Readonly<Record<string, Kind>>, host: string, at: FaultPoint) {
    const candidates = [this.#active.get(faultKey(at, host)), this.#active.get(faultKey(at))];
    const fault = candidates.find((candidate) => candidate && Object.hasOwn(known, candidate.kind));
    if (!fault) return undefined;
    if (fault.times === 1) this.#active.delete(faultKey(at, fault.host));
    else if (fault.times) this.put({ ...fault, times: fault.times - 1 });
    return known[fault.kind];
  }
}

/** A portal's own faults come before the common ones of the same name. */
function answerFaultsOf({ faults }: Portal, at: Endpoint): AnswerFaults {
  return { ...answerFaults[at], ...faults?.[at] };
}

function callbackFaultsOf({ faults }: Portal): CallbackFaults {
  return { ...callbackFaults, ...faults?.callback };
}

function faultKey(at: FaultPoint, host = "*") {
  return `${at} ${host}`;
}
