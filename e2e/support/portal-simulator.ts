type Endpoint =
  | "authorize"
  | "token"
  | "me"
  | "revoke"
  | "request_token"
  | "access_token"
  | "api"
  | "discovery"
  | "keys"
  | "userinfo";

export type Fault = { at: Endpoint | "callback"; kind: string; host?: string; times?: number };

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
  reset = (settings: { pkce?: boolean } = {}) =>
    this.call("POST", "reset", { variant: `-${Date.now().toString(36)}`, ...settings });

  /** From now on, or for so many requests, the portals do this wrong. */
  fault = (fault: Fault) => this.call("PUT", "faults", fault);

  recover = () => this.call("DELETE", "faults");

  /** What a portal does where its documentation leaves it open; as ever after the next reset. */
  options = (portal: string, options: Record<string, unknown>) =>
    this.call("POST", "options", { portal, ...options });

  /** As if the person had removed us at the portal. */
  removeApp = (account: { portal: string; board?: string; person: string }) =>
    this.call("POST", "revoke", account);

  /** As if half an hour had passed between a person's yes and our asking for tokens. */
  expireCodes = () => this.call("POST", "expire-codes");

  /** As if the access tokens of portals that refresh had come to their end. */
  expireTokens = () => this.call("POST", "expire-tokens");

  /** How often each endpoint has been asked since the reset. */
  async counters(): Promise<Record<Endpoint, number>> {
    return (await this.call("GET", "requests")).counters;
  }

  async requests(): Promise<SeenRequest[]> {
    return (await this.call("GET", "requests")).requests;
  }

  /** Every token, token secret, code and verifier that was ever given out. */
  async secrets(): Promise<string[]> {
    const issued: Record<string, string[]> = await this.call("GET", "tokens");
    return Object.values(issued).flat();
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
