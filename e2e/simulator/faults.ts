import { z } from "zod";
import { answerFaults } from "./answer-faults";
import { callbackFaults } from "./callback-faults";
import type { AnswerFaults, CallbackFaults } from "./fault";
import { type AnsweringPlace, answeringPlaces, type Portal } from "./portal";

/** Which faults stand where: a test sets them, the requests they happen to use them up. */

type Place = AnsweringPlace | "callback";

export const Fault = z.strictObject({
  /** Only there; on every host unless said. */
  host: z.string().optional(),
  at: z.enum([...answeringPlaces, "callback"]),
  kind: z.string(),
  /** For so many requests; until it is taken away unless said. */
  times: z.int().positive().optional(),
});

export type Fault = z.infer<typeof Fault>;

/** What can go wrong at a place of this portal. */
export function kindsAt(portal: Portal, at: Place) {
  return Object.keys(at === "callback" ? callbackFaultsOf(portal) : answerFaultsOf(portal, at));
}

export class Faults {
  readonly #standing = new Map<string, Fault>();

  /** Replaces whatever stood at the same place. */
  put(fault: Fault) {
    this.#standing.set(placeKey(fault.at, fault.host), fault);
  }

  clear() {
    this.#standing.clear();
  }

  takeForAnswer(portal: Portal, host: string, at: AnsweringPlace) {
    return this.#take(answerFaultsOf(portal, at), host, at);
  }

  takeForCallback(portal: Portal, host: string) {
    return this.#take(callbackFaultsOf(portal), host, "callback");
  }

  /** A fault that only another portal knows goes on waiting for that one. */
  #take<Kind>(known: Readonly<Record<string, Kind>>, host: string, at: Place) {
    const standing = [this.#standing.get(placeKey(at, host)), this.#standing.get(placeKey(at))];
    const fault = standing.find((candidate) => candidate && Object.hasOwn(known, candidate.kind));
    if (!fault) return undefined;
    if (fault.times === 1) this.#standing.delete(placeKey(at, fault.host));
    else if (fault.times) this.put({ ...fault, times: fault.times - 1 });
    return known[fault.kind];
  }
}

/** A portal's own come first. */
function answerFaultsOf({ faults }: Portal, at: AnsweringPlace): AnswerFaults {
  return { ...answerFaults[at], ...faults?.[at] };
}

function callbackFaultsOf({ faults }: Portal): CallbackFaults {
  return { ...callbackFaults, ...faults?.callback };
}

function placeKey(at: Place, host = "*") {
  return `${at} ${host}`;
}
