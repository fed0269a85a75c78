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

/** The simulator's control API. */
export class PortalSimulator {
  readonly url: string;
  #variant = "";

  constructor(url: string) {
    this.url = url;
  }

  /** Back to the first state. The people keep their names and get ids that no app has seen. */
  reset = (settings: { pkce?: boolean } = {}) => {
    this.#variant = `-${Date.now().toString(36)}`;
    return this.call("POST", "reset", { variant: this.#variant, ...settings });
  };

  /** What the company's login calls a person since the reset. */
  subOf = (person: string) => person + this.#variant;

  /** Sets a fault, for the given number of requests or until `recover`. */
  fault = (fault: Fault) => this.call("PUT", "faults", fault);

  recover = () => this.call("DELETE", "faults");

  /** Changes behaviour that a portal's documentation leaves open, until the next reset. */
  options = (portal: string, options: Record<string, unknown>) =>
    this.call("POST", "options", { portal, ...options });

  /** As if the person had removed the app at the portal. */
  removeApp = (account: { portal: string; board?: string; person: string }) =>
    this.call("POST", "revoke", account);

  /** Ends all codes, as if half an hour had passed since the consent. */
  expireCodes = () => this.call("POST", "expire-codes");

  /** Ends the access tokens of all portals with refresh tokens. */
  expireTokens = () => this.call("POST", "expire-tokens");

  /** How many requests each endpoint got since the reset. */
  async counters(): Promise<Record<Endpoint, number>> {
    return (await this.call("GET", "requests")).counters;
  }

  async requests(): Promise<SeenRequest[]> {
    return (await this.call("GET", "requests")).requests;
  }

  /** Every token, token secret, code and verifier issued since the reset. */
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
