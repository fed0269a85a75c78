import { z } from "zod";
import { type Answer, empty, html, json, text } from "./answer";
import type { AnsweringPlace } from "./portal";
import { invalidTokenAnswer, Refusal, refusalAnswer } from "./protocols/doorkeeper/errors";

/**
 * What can go wrong with an answer. `instead` comes before the portal has done anything: the code is still
 * good. `spoil` comes after: the code is spent, and the app may never learn what for.
 */
type AnswerFault = { instead: (host: string) => Answer } | { spoil: (answer: Answer) => Answer };

type Faults = Readonly<Record<string, AnswerFault>>;

const wire: Faults = {
  hang: { instead: () => ({ ...empty(200), manner: "hang" }) },
  "reset-before": { instead: () => ({ ...empty(200), manner: "reset" }) },
  "reset-after": { spoil: (answer) => ({ ...answer, manner: "reset" }) },
  drip: { spoil: (answer) => ({ ...answer, manner: "drip" }) },
  slow: { spoil: (answer) => ({ ...answer, delayMs: 2000 }) },
};

const httpErrors: Faults = {
  "error-500": { instead: () => html(500, "<h1>We're sorry, but something went wrong.</h1>") },
  "error-503": { instead: () => html(503, "<h1>503 Service Unavailable</h1>") },
  "html-502": { instead: () => html(502, "<h1>502 Bad Gateway</h1><hr>nginx") },
  "redirect-302": {
    // To a path of its own, so that the request log shows who follows a redirect with a secret in hand.
    instead: (host) => ({ ...empty(302), headers: { Location: `/${host}/moved` } }),
  },
  "rate-limited": {
    instead: () => ({ ...text(429, "Retry later\n"), headers: { "Retry-After": "30" } }),
  },
};

const htmlPage = { spoil: () => html(200, "<h1>Log in to your board</h1>") };

const unreadable: Faults = {
  "html-200": htmlPage,
  "empty-200": { spoil: () => empty(200) },
  "not-json": { spoil: () => ({ ...json(200, {}), body: '{"access_token": ' }) },
  "json-array": { spoil: (answer) => ({ ...answer, body: `[${answer.body}]` }) },
  oversized: { spoil: withFields({ padding: "x".repeat(5_000_000) }) },
};

const extraFields = { "extra-fields": { spoil: withFields({ example: "value", deep: [{}] }) } };

const tokenAnswers: Faults = {
  "token-type-lowercase": { spoil: withFields({ token_type: "bearer" }) },
  "expires-in-string": { spoil: withFields({ expires_in: "3600" }) },
  "no-token-type": { spoil: withFields({ token_type: undefined }) },
  "missing-access-token": { spoil: withFields({ access_token: undefined }) },
  "invalid-client": { instead: () => refusalAnswer(new Refusal("invalid_client")) },
  "invalid-grant": { instead: () => refusalAnswer(new Refusal("invalid_grant")) },
};

const nothingKnown = {
  name: null,
  email: null,
  firstName: null,
  lastName: null,
  location: null,
  description: null,
  image: null,
  phone: null,
  urls: null,
  additionalInformation: null,
};

const memberAnswers: Faults = {
  unauthorized: { instead: () => invalidTokenAnswer("revoked") },
  "error-body-200": { spoil: () => json(200, { error: "Something went wrong" }) },
  "no-id": { spoil: withFields({ id: undefined }) },
  "numeric-id": { spoil: withFields({ id: 4711 }) },
  "null-fields": { spoil: withFields(nothingKnown) },
  "nul-characters": { spoil: withFields({ name: "Anna\u0000 Peeters", firstName: "A\ud800" }) },
  html: htmlPage,
};

const pages: Faults = {
  "error-page": { instead: () => html(500, "<h1>We're sorry, but something went wrong.</h1>") },
};

const answers = { ...wire, ...httpErrors, ...unreadable };

export const answerFaults: Readonly<Record<AnsweringPlace, Faults>> = {
  authorize: pages,
  token: { ...answers, ...extraFields, ...tokenAnswers },
  me: { ...answers, ...extraFields, ...memberAnswers },
  revoke: { ...answers, off: { instead: () => empty(404) } },
};

const JsonObject = z.record(z.string(), z.unknown());

/** Changes fields of a good JSON answer; `undefined` takes a field away. Refusals stay as they are. */
function withFields(fields: Readonly<Record<string, unknown>>) {
  return (answer: Answer): Answer => {
    if (answer.status !== 200) return answer;
    const body = JsonObject.parse(JSON.parse(answer.body));
    return { ...answer, body: JSON.stringify({ ...body, ...fields }) };
  };
}
