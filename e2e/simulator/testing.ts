import { onTestFinished } from "vitest";
import { startSimulator } from "./server";

/** For the simulator's own tests: a new simulator for each test, and a visitor with a browser. */

const app = "http://localhost:3000";

export const federia = {
  clientId: "simulated-federia",
  clientSecret: "simulated-secret-federia",
  redirectUri: `${app}/api/auth/callback/mlsconnect-federia`,
};

export async function openSimulator(now?: () => number) {
  const appOrigins = [app, "http://localhost:3100"];
  const simulator = await startSimulator({ port: 0, appOrigins, ...(now && { now }) });
  onTestFinished(() => simulator.close());
  const origin = `http://localhost:${simulator.port}`;

  const control = (method: string, path: string, body?: unknown) =>
    fetch(`${origin}/_simulator${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });

  return { origin, control, visitor: () => new Visitor(origin) };
}

/** The result of `openSimulator`. */
export type RunningSimulator = Awaited<ReturnType<typeof openSimulator>>;

/** A small browser: keeps cookies, follows redirects within the simulator, and knows the current page. */
class Visitor {
  status = 0;
  page = "";
  /** The address outside the simulator that the last redirect named. */
  landedAt: URL | null = null;
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();

  constructor(origin: string) {
    this.#origin = origin;
  }

  async open(path: string, form?: URLSearchParams): Promise<this> {
    const response = await fetch(`${this.#origin}${path}`, {
      redirect: "manual",
      headers: { cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; ") },
      ...(form && { method: "POST", body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    this.status = response.status;
    this.page = await response.text();
    const location = response.headers.get("location");
    if (!location) return this;
    if (location.startsWith("/")) return this.open(location);
    this.landedAt = new URL(location);
    return this;
  }

  authorize(parameters: Record<string, string> = {}, host = "app.mls-connect.com") {
    const { clientId, redirectUri } = federia;
    const required = { client_id: clientId, redirect_uri: redirectUri, response_type: "code" };
    const query = new URLSearchParams({ ...required, ...parameters });
    return this.open(`/${host}/oauth/authorize?${query}`);
  }

  /** Presses the button with exactly this text. */
  press(button: string) {
    const form = this.#forms().find(({ text }) => text === button);
    if (!form) throw new Error(`No button “${button}” on this page:\n${this.page}`);
    return this.open(form.action, form.fields);
  }

  /** Logs in, authorizes the app and returns the code. For a person who has not authorized it before. */
  async codeFor(person: string, parameters: Record<string, string> = {}, host?: string) {
    await this.authorize(parameters, host);
    await this.press(person);
    await this.press("Authorize");
    return this.landedAt?.searchParams.get("code") ?? "";
  }

  #forms() {
    return [...this.page.matchAll(/<form method="post" action="(.*?)">(.*?)<\/form>/gs)].map(
      ([, action = "", inside = ""]) => ({
        action: unescapeHtml(action),
        text: unescapeHtml(/<button>(.*?)<\/button>/s.exec(inside)?.[1] ?? ""),
        fields: new URLSearchParams(
          [...inside.matchAll(/name="(.*?)" value="(.*?)"/gs)].map(([, name = "", value = ""]) => [
            name,
            unescapeHtml(value),
          ]),
        ),
      }),
    );
  }

  #keep(cookie: string) {
    const [, name = "", value = ""] = /^(.*?)=(.*?);/.exec(cookie) ?? [];
    if (value) this.#cookies.set(name, value);
    else this.#cookies.delete(name);
  }
}

type TokenFields = Record<string, string | undefined>;

/** The token request of the app's server; `undefined` leaves a field out. */
export function exchange(origin: string, code: string, changes: TokenFields = {}) {
  return postJson(`${origin}/mls-connect.com/oauth/token`, {
    grant_type: "authorization_code",
    client_id: federia.clientId,
    client_secret: federia.clientSecret,
    redirect_uri: federia.redirectUri,
    code,
    ...changes,
  });
}

export function postJson(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

export async function readAccessToken(answer: Response): Promise<string> {
  const { access_token } = await answer.json();
  return access_token;
}

export function me(origin: string, token: string, host = "mls-connect.com") {
  return fetch(`${origin}/${host}/api/oauth/me`, { headers: { authorization: `Bearer ${token}` } });
}

function unescapeHtml(text: string) {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
