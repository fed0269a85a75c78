import { type Answer, type Callback, html, redirectToApp } from "./answer";
import { Faults } from "./faults";
import { notFound } from "./pages";
import { findRoute, type Portal, type Route, type World } from "./portal";
import { openPortals } from "./registry";
import type { PortalRequest } from "./request";
import { RequestLog } from "./request-log";

/** All portals side by side, one folder per host, with everything that has happened to them so far. */
export class Town {
  readonly faults = new Faults();
  #world: World;
  #portals: readonly Portal[];
  #log = new RequestLog();

  constructor(world: Omit<World, "era" | "pkce">) {
    this.#world = { ...world, era: "", pkce: true };
    this.#portals = openPortals(this.#world);
  }

  get portals() {
    return this.#portals;
  }

  get log() {
    return this.#log;
  }

  /** As on the first day of an era: nobody logged in, nothing issued, nothing broken, nothing written down. */
  reset({ era, pkce }: Pick<World, "era" | "pkce">) {
    this.#world = { ...this.#world, era, pkce };
    this.#portals = openPortals(this.#world);
    this.#log = new RequestLog();
    this.faults.clear();
  }

  portalAt(host: string) {
    return this.#portals.find(({ hosts }) => Object.hasOwn(hosts, host));
  }

  answer(request: PortalRequest): Answer {
    const routes = this.portalAt(request.host)?.hosts[request.host];
    const found = findRoute(routes ?? [], request);
    this.#log.add(request, found?.route.at ?? null);
    if (!routes) return notFound(`No portal here answers at “${request.host}”.`);
    if (!found) return notFound(`Nothing here answers ${request.method} ${request.path}.`);
    return this.#withFault(request, found.route, () => {
      // Rails: a body that is not what it says it is never reaches a controller.
      if (!request.fields) return html(400, "<h1>Your browser sent a bad request.</h1>");
      return this.#backToApp(found.route.answer(request, found.segment), request.host);
    });
  }

  #withFault({ host }: PortalRequest, { at }: Route, answer: () => Answer): Answer {
    const fault = at && this.faults.takeForAnswer(host, at);
    if (!fault) return answer();
    return "instead" in fault ? fault.instead(host) : fault.spoil(answer());
  }

  #backToApp(outcome: Answer | Callback, host: string): Answer {
    if (!isCallback(outcome)) return outcome;
    const spoiled = this.faults.takeForCallback(host)?.(outcome, host) ?? outcome;
    return isCallback(spoiled) ? redirectToApp(spoiled) : spoiled;
  }
}

function isCallback(outcome: Answer | Callback): outcome is Callback {
  return "redirectUri" in outcome;
}
