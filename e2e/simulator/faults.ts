import { z } from "zod";
import { answerFaults } from "./answer-faults";
import { callbackFaults } from "./callback-faults";
import type { AnsweringPlace } from "./portal";

/** Which faults stand where: a test sets them, the requests they happen to use them up. */

const kindsAt = { ...answerFaults, callback: callbackFaults };

type Place = AnsweringPlace | "callback";

export const Fault = z
  .strictObject({
    /** Only there; on every host unless said. */
    host: z.string().optional(),
    at: z.enum(["authorize", "token", "me", "revoke", "callback"]),
    kind: z.string(),
    /** For so many requests; until it is taken away unless said. */
    times: z.int().positive().optional(),
  })
  .superRefine(({ at, kind }, context) => {
    if (Object.hasOwn(kindsAt[at], kind)) return;
    const known = Object.keys(kindsAt[at]).join(", ");
    const message = `nothing called "${kind}" happens at ${at}; it can be ${known}`;
    context.addIssue({ code: "custom", path: ["kind"], message });
  });

type Fault = z.infer<typeof Fault>;

export class Faults {
  readonly #standing = new Map<string, Fault>();

  /** Replaces whatever stood at the same place. */
  put(fault: Fault) {
    this.#standing.set(placeKey(fault.at, fault.host), fault);
  }

  clear() {
    this.#standing.clear();
  }

  takeForAnswer(host: string, at: AnsweringPlace) {
    const kind = this.#take(host, at);
    return kind ? answerFaults[at][kind] : undefined;
  }

  takeForCallback(host: string) {
    const kind = this.#take(host, "callback");
    return kind ? callbackFaults[kind] : undefined;
  }

  #take(host: string, at: Place) {
    const fault = this.#standing.get(placeKey(at, host)) ?? this.#standing.get(placeKey(at));
    if (!fault) return undefined;
    if (fault.times === 1) this.#standing.delete(placeKey(at, fault.host));
    else if (fault.times) this.put({ ...fault, times: fault.times - 1 });
    return fault.kind;
  }
}

function placeKey(at: Place, host = "*") {
  return `${at} ${host}`;
}
