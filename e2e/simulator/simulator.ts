import { type Answer, type Callback, html, redirectToApp } from "./answer";
import { type Fault, Faults, faultKindsAt } from "./faults";
import { notFound } from "./pages";
import { findRoute, type Portal, type Route, type Settings } from "./portal";
import { openPortals } from "./registry";
import type { PortalRequest } from "./request";
import { RequestLog } from "./request-log";

/** All portals, one folder per host, with their logins, tokens, faults and the log of requests. */
export class Simulator {
  readonly faults = new Faults();
  #settings: Settings;
  #portals: readonly Portal[];
  #log = new RequestLog();
  /** Codes from before the last reset: an app may send them once more at any time. */
  readonly #oldCodes = new Set<string>();

  constructor(settings: Omit<Settings, "variant" | "pkce">) {
    this.#settings = { ...settings, variant: "", pkce: true };
    this.#portals = openPortals(this.#settings);
  }

  get portals() {
    return this.#portals;
  }

  get log() {
    return this.#log;
  }

  /** Back to the first state: no logins, no tokens, no faults, an empty log. */
  reset({ variant, pkce }: Pick<Settings, "variant" | "pkce">) {
    for (const portal of this.#portals) {
      for (const code of portal.issued().codes ?? []) this.#oldCodes.add(code);
    }
    this.#settings = { ...this.#settings, variant, pkce };
    this.#portals = openPortals(this.#settings);
    this.#log = new RequestLog();
    this.faults.clear();
  }

  /** Returns an error if the host is unknown, or if no portal on it knows this fault. */
  putFault(fault: Fault): string | null {
    const { host, at, kind } = fault;
    const portals = host
      ? this.#portals.filter(({ hosts }) => Object.hasOwn(hosts, host))
      : this.#portals;
    if (portals.length === 0) return `host: no portal has the host ${host}.`;
    const known = new Set(portals.flatMap((portal) => faultKindsAt(portal, at)));
    if (!known.has(kind)) {
      return `kind: ${at} has no fault "${kind}"; it has ${[...known].join(", ")}.`;
    }
    this.faults.put(fault);
    return null;
  }

  answer(request: PortalRequest): Answer {
    const portal = this.#portalAt(request.host);
    const match = findRoute(portal?.hosts[request.host] ?? [], request);
    if (match && this.#isOfEarlier(request)) return this.#plain(match, request);
    this.#log.add(request, match?.route.at ?? null);
    if (!portal) return notFound(`No portal has the host “${request.host}”.`);
    if (!match) return notFound(`This host does not answer ${request.method} ${request.path}.`);
    return this.#withFault(portal, request, match.route, () => {
      // Rails refuses a body that does not match its content type before the endpoint sees it.
      if (!request.fields) {
        return (
          portal.answerToBadBody?.(request.host) ??
          html(400, "<h1>Your browser sent a bad request.</h1>")
        );
      }
      return this.#backToApp(portal, match.route.answer(request, match.segment), request.host);
    });
  }

  /** It is no matter of what has happened since the reset: it is not counted, and meets no fault. */
  #isOfEarlier({ fields }: PortalRequest) {
    const code = new Map(fields ?? []).get("code");
    return typeof code === "string" && this.#oldCodes.has(code);
  }

  #plain({ route, segment }: NonNullable<ReturnType<typeof findRoute>>, request: PortalRequest) {
    const result = route.answer(request, segment);
    return isCallback(result) ? redirectToApp(result) : result;
  }

  #portalAt(host: string) {
    return this.#portals.find(({ hosts }) => Object.hasOwn(hosts, host));
  }

  #withFault(portal: Portal, { host }: PortalRequest, { at }: Route, answer: () => Answer): Answer {
    const fault = at && this.faults.takeForAnswer(portal, host, at);
    if (!fault) return answer();
    return "instead" in fault ? fault.instead(host) : fault.spoil(answer());
  }

  #backToApp(portal: Portal, result: Answer | Callback, host: string): Answer {
    if (!isCallback(result)) return result;
    const spoiled = this.faults.takeForCallback(portal, host)?.(result, host) ?? result;
    return isCallback(spoiled) ? redirectToApp(spoiled) : spoiled;
  }
}

function isCallback(result: Answer | Callback): result is Callback {
  return "redirectUri" in result;
}
