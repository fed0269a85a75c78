import { z } from "zod";
import { type Answer, empty, html, json, text } from "./answer";
import type { AnswerFaults } from "./fault";
import type { Endpoint } from "./portal";

/** The faults that an answer of every portal can have. Each portal adds the faults that have its own wording. */

const transportFaults: AnswerFaults = {
  hang: { instead: () => ({ ...empty(200), delivery: "hang" }) },
  "reset-before": { instead: () => ({ ...empty(200), delivery: "reset" }) },
  "reset-after": { spoil: (answer) => ({ ...answer, delivery: "reset" }) },
  drip: { spoil: (answer) => ({ ...answer, delivery: "drip" }) },
  slow: { spoil: (answer) => ({ ...answer, delayMs: 2000 }) },
};

const httpErrors: AnswerFaults = {
  "error-500": { instead: () => html(500, "<h1>We're sorry, but something went wrong.</h1>") },
  "error-503": { instead: () => html(503, "<h1>503 Service Unavailable</h1>") },
  "html-502": { instead: () => html(502, "<h1>502 Bad Gateway</h1><hr>nginx") },
  "redirect-302": {
    // A path of its own: the request log then shows a client that sends its secret on to the new address.
    instead: (host) => ({ ...empty(302), headers: { Location: `/${host}/moved` } }),
  },
  "rate-limited": {
    instead: () => ({ ...text(429, "Retry later\n"), headers: { "Retry-After": "30" } }),
  },
};

/** What stands before a portal and answers in its place: firewalls, proxies, API gateways, pages of maintenance. */
const gateways: AnswerFaults = {
  "blocked-403": { instead: () => html(403, "<title>Request blocked</title>") },
  "proxy-401": {
    instead: () => {
      const page = html(401, "<h1>401 Authorization Required</h1><hr>nginx");
      return {
        ...page,
        headers: { ...page.headers, "WWW-Authenticate": 'Basic realm="Restricted"' },
      };
    },
  },
  "page-400": { instead: () => html(400, "<h1>400 Bad Request</h1><hr>cloudflare") },
  "empty-403": { instead: () => empty(403) },
  "forbidden-json": { instead: () => json(403, { message: "Forbidden" }) },
  "unauthorized-json": {
    instead: () => json(401, { status: 401, error: "Unauthorized", path: "/" }),
  },
  "denied-text": { instead: () => text(403, "RBAC: access denied") },
  "timeout-408": { instead: () => empty(408) },
  "not-now": { instead: () => json(400, { error: "temporarily_unavailable" }) },
  "too-often-without-time": { instead: () => json(429, { message: "Too Many Requests" }) },
  "maintenance-200": { instead: () => html(200, "<h1>We will be back soon</h1>") },
  "maintenance-json-200": { instead: () => json(200, { message: "We will be back soon" }) },
  "error-200": { instead: () => json(200, { error: "temporarily_unavailable" }) },
};

const htmlPage = { spoil: () => html(200, "<h1>Log in to your board</h1>") };

const unreadableBodies: AnswerFaults = {
  "html-200": htmlPage,
  html: htmlPage,
  "empty-200": { spoil: () => empty(200) },
};

const spoiledJson: AnswerFaults = {
  "not-json": { spoil: () => ({ ...json(200, {}), body: '{"access_token": ' }) },
  "json-array": { spoil: (answer) => ({ ...answer, body: `[${answer.body}]` }) },
  oversized: { spoil: withFields({ padding: "x".repeat(5_000_000) }) },
  "extra-fields": { spoil: withFields({ example: "value", deep: [{}] }) },
};

const tokenAnswers: AnswerFaults = {
  "token-type-lowercase": { spoil: withFields({ token_type: "bearer" }) },
  "expires-in-string": { spoil: withFields({ expires_in: "3600" }) },
  "expires-in-zero": { spoil: withFields({ expires_in: 0 }) },
  "expires-in-absurd": { spoil: withFields({ expires_in: 1e300 }) },
  "expires-in-words": { spoil: withFields({ expires_in: "an hour" }) },
  "null-refresh-token": { spoil: withFields({ refresh_token: null }) },
  "empty-refresh-token": { spoil: withFields({ refresh_token: "" }) },
  "scope-list": { spoil: withFields({ scope: ["read", "write\u0000"] }) },
  "scope-long": { spoil: withFields({ scope: "read:adverts ".repeat(10_000) }) },
  "token-type-mac": { spoil: withFields({ token_type: "mac" }) },
  "id-token-unasked": { spoil: withFields({ id_token: "not.an.idtoken" }) },
  "no-token-type": { spoil: withFields({ token_type: undefined }) },
  "missing-access-token": { spoil: withFields({ access_token: undefined }) },
};

const errorBody: AnswerFaults = {
  "error-body-200": { spoil: () => json(200, { error: "Something went wrong" }) },
};

const pages: AnswerFaults = {
  "error-page": { instead: () => html(500, "<h1>We're sorry, but something went wrong.</h1>") },
};

const answers = { ...transportFaults, ...httpErrors, ...gateways, ...unreadableBodies };
const jsonAnswers = { ...answers, ...spoiledJson };

export const answerFaults: Readonly<Record<Endpoint, AnswerFaults>> = {
  authorize: pages,
  token: { ...jsonAnswers, ...tokenAnswers },
  me: { ...jsonAnswers, ...errorBody },
  revoke: { ...answers, off: { instead: () => empty(404) } },
  request_token: answers, // forms, not JSON
  access_token: answers,
  api: { ...jsonAnswers, ...errorBody },
  discovery: jsonAnswers,
  keys: jsonAnswers,
  userinfo: { ...jsonAnswers, ...errorBody },
};

const JsonObject = z.record(z.string(), z.unknown());

/** Changes fields of a good JSON answer; `undefined` removes a field. A refusal stays as it is. */
export function withFields(fields: Readonly<Record<string, unknown>>) {
  return (answer: Answer): Answer => {
    if (answer.status !== 200) return answer;
    const body = JsonObject.parse(JSON.parse(answer.body));
    return { ...answer, body: JSON.stringify({ ...body, ...fields }) };
  };
}
