import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** The answer of a portal, and how it is delivered. */
export type Answer = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** By default complete and at once. */
  delivery?: "hang" | "drip" | "reset";
  delayMs?: number;
};

/** The redirect back to the app. It has its own type so that a fault can change it. */
export type Callback = { redirectUri: string; parameters: readonly Parameter[] };

export type Parameter = readonly [name: string, value: string];

export function html(status: number, body: string): Answer {
  const headers = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" };
  return { status, headers, body };
}

export function json(status: number, value: unknown): Answer {
  return {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8" },
    body: JSON.stringify(value),
  };
}

export function text(status: number, body: string): Answer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body };
}

export function empty(status: number): Answer {
  return { status, headers: {}, body: "" };
}

/** Rails' `redirect_to`: 302 for every method. */
export function redirect(location: string): Answer {
  return { status: 302, headers: { Location: location, "Cache-Control": "no-store" }, body: "" };
}

/** For an address that has moved. */
export function redirectForGood(location: string): Answer {
  return { ...redirect(location), status: 301 };
}

/** Doorkeeper 5.8, uri_builder.rb: keeps the query of the redirect address and drops blank parameters. */
export function redirectToApp({ redirectUri, parameters }: Callback): Answer {
  const url = new URL(redirectUri);
  for (const [name, value] of parameters) if (value) url.searchParams.append(name, value);
  return redirect(url.href);
}

export async function deliver(answer: Answer, response: ServerResponse) {
  if (answer.delivery === "hang") return;
  const hungUp = new AbortController();
  response.once("close", () => hungUp.abort());
  try {
    if (answer.delayMs) await sleep(answer.delayMs, undefined, { signal: hungUp.signal });
    await send(answer, response, hungUp.signal);
  } catch (error) {
    if (!hungUp.signal.aborted) throw error;
  }
}

async function send(answer: Answer, response: ServerResponse, hungUp: AbortSignal) {
  if (answer.delivery === "reset") {
    response.socket?.resetAndDestroy();
    return;
  }
  const headers = { ...answer.headers, "Content-Length": Buffer.byteLength(answer.body) };
  response.writeHead(answer.status, headers);
  if (answer.delivery === "drip") await drip(answer.body, response, hungUp);
  else response.end(answer.body);
}

/** One byte a second: the connection is never idle, and the answer does not end in time. */
async function drip(body: string, response: ServerResponse, hungUp: AbortSignal) {
  for (const byte of Buffer.from(body)) {
    response.write(Buffer.of(byte));
    await sleep(1000, undefined, { signal: hungUp });
  }
  response.end();
}
