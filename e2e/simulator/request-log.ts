import { type Endpoint, endpoints } from "./portal";
import type { PortalRequest } from "./request";

/** A log of the requests to the portals: names without values, except for what an app's server posts. */
type LoggedRequest = {
  method: string;
  path: string;
  at: Endpoint | null;
  /** The names of the parameters; a repeated one stands here as often as it was sent. */
  query: string[];
  headers: string[];
  /** Whether the header was sent; its value is not kept. */
  authorization: boolean;
  userAgent: string | null;
  /** Only at the token and revocation endpoints; `fields` is null if the body could not be read. */
  body?: { contentType: string | null; fields: Record<string, unknown> | null };
};

const KEPT = 2000;

export class RequestLog {
  #requests: LoggedRequest[] = [];
  readonly #counters = new Map<Endpoint, number>(endpoints.map((at) => [at, 0]));

  add(request: PortalRequest, at: Endpoint | null) {
    if (at) this.#counters.set(at, (this.#counters.get(at) ?? 0) + 1);
    this.#requests = [...this.#requests, describe(request, at)].slice(-KEPT);
  }

  report() {
    return { requests: this.#requests, counters: Object.fromEntries(this.#counters) };
  }
}

function describe(request: PortalRequest, at: Endpoint | null): LoggedRequest {
  const { method, host, path, query, headers, fields } = request;
  const posted = at === "token" || at === "revoke";
  return {
    method,
    path: `/${host}${path}`,
    at,
    query: [...query.keys()],
    headers: Object.keys(headers),
    authorization: headers.authorization !== undefined,
    userAgent: headers["user-agent"] ?? null,
    ...(posted && {
      body: {
        contentType: headers["content-type"] ?? null,
        fields: fields && Object.fromEntries(fields),
      },
    }),
  };
}
