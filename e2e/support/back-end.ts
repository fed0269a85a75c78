import { readFileSync } from "node:fs";
import type { APIRequestContext } from "@playwright/test";
import { apps, folder } from "./apps";

/** A team's back end that calls the API. */
export class BackEnd {
  readonly #request: APIRequestContext;
  readonly #app: string;
  readonly #key: string;

  /** @param keyFolder holds the service key of the app, which is the main one unless said otherwise */
  constructor(request: APIRequestContext, app = apps.main.url, keyFolder = folder) {
    this.#request = request;
    this.#app = app;
    this.#key = readFileSync(`${keyFolder}/service-key`, "utf8");
  }

  /** A user's links. */
  links = (user: string) => this.#send("GET", `links?user=${user}`);

  /** The id of a user's link at a connection. */
  async link(user: string, connection: string): Promise<string> {
    const { links } = await this.#send("GET", `links?user=${user}&connection=${connection}`);
    return links[0].id;
  }

  token = (link: string, wish: { min_ttl?: number; rejected_generation?: number } = {}) =>
    this.#send("POST", `links/${link}/token`, wish);

  headers = (link: string, request: { method: string; url: string }) =>
    this.#send("POST", `links/${link}/headers`, request);

  /** The headers of a request that needs no link. */
  applicationHeaders = (connection: string, request: { method: string; url: string }) =>
    this.#send("POST", `connections/${connection}/headers`, request);

  async #send(method: string, path: string, data?: object) {
    const answer = await this.#request.fetch(`${this.#app}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#key}` },
      ...(data && { data }),
    });
    if (!answer.ok())
      throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
    return answer.json();
  }
}
