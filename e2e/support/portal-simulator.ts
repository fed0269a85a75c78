export type Fault = {
  at: "authorize" | "token" | "me" | "revoke" | "callback";
  kind: string;
  times?: number;
};

export type SeenRequest = {
  method: string;
  path: string;
  query: string[];
  headers: string[];
  authorization: boolean;
  userAgent: string | null;
  body?: { contentType: string; fields: Record<string, unknown> | null };
};

/** The simulator's own controls, which no portal has. */
export class PortalSimulator {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Forgets everything; the people keep their names and get ids that no app has seen. */
  reset = (world: { pkce?: boolean } = {}) =>
    this.call("POST", "reset", { era: `-${Date.now().toString(36)}`, ...world });

  /** From now on, or for so many requests, the portals do this wrong. */
  fault = (fault: Fault) => this.call("PUT", "faults", fault);

  recover = () => this.call("DELETE", "faults");

  /** How often each endpoint has been asked since the reset. */
  async counters(): Promise<Record<"token" | "me" | "authorize" | "revoke", number>> {
    return (await this.call("GET", "requests")).counters;
  }

  async requests(): Promise<SeenRequest[]> {
    return (await this.call("GET", "requests")).requests;
  }

  /** Every access token and code that was ever given out. */
  async secrets(): Promise<string[]> {
    const { accessTokens, codes } = await this.call("GET", "tokens");
    return [...accessTokens, ...codes];
  }

  private async call(method: string, path: string, body?: unknown) {
    const answer = await fetch(`${this.url}/_simulator/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok)
      throw new Error(`The simulator refused ${method} ${path}: ${await answer.text()}`);
    return answer.json();
  }
}
