import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { type Question, questionSpan } from "../spans";

type Asked = { question: Question; status: number | null };

const asked = new WeakMap<ClientRequest, Asked>();

/** A span for each request that is sent to another server, such as a portal, as a part of a span that is under way. */
export function traceAskedServers(): void {
  subscribe("http.client.request.start", (message) => {
    const { request } = message as { request: ClientRequest };
    // Of its address only the host is told: what follows can be a member's.
    const question = questionSpan(() => ({
      name: request.method,
      facts: { "http.request.method": request.method, "server.address": request.host },
    }));
    if (!question) return;
    asked.set(request, { question, status: null });
    request.once("close", () => endSpanOf(request));
  });
  subscribe("http.client.response.finish", (message) => {
    const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
    const known = asked.get(request);
    if (known) known.status = response.statusCode ?? null;
  });
}

function endSpanOf(request: ClientRequest) {
  const { question, status } = asked.get(request) ?? {};
  const facts = { "http.response.status_code": status };
  question?.end(status ? { facts } : { failure: { code: "no_answer" } });
}
