import { z } from "zod";
import { type Answer, html, json, redirect } from "../../answer";
import { withFields } from "../../answer-faults";
import { refusals, withMore, without } from "../../callback-faults";
import type { AnswerFaults, CallbackFaults } from "../../fault";
import type { Portal } from "../../portal";
import { invalidTokenAnswer, Refusal, refusalAnswer } from "../../protocols/openid/errors";
import { type ErrorCode, expired, failure } from "./api-answers";
import { platformHost } from "./hosts";
import { idTokenFaults } from "./id-token-faults";
import type { SparkServer } from "./spark-server";

/** The faults with Spark's own wording. */
export function sparkFaults(spark: SparkServer): Portal["faults"] {
  return {
    token: { ...tokenFaults, ...idTokenFaults(spark) },
    userinfo: userinfoFaults,
    discovery: discoveryFaults,
    keys: { "no-keys": { spoil: () => json(200, { keys: [] }) } },
    me: { ...apiFaults, ...memberFaults },
    api: apiFaults,
    callback: callbackFaults,
  };
}

const callbackFaults: CallbackFaults = {
  ...refusals((error) => `The request ended with ${error}`),
  redirect_uri_mismatch: ({ redirectUri, parameters }) => ({
    redirectUri,
    parameters: [
      ["error", "redirect_uri_mismatch"],
      ["error_description", "Parameter redirect_uri does not match registered URI"],
      ...parameters.filter(([name]) => name === "state"),
    ],
  }),
  "extra-params": (callback) => withMore(callback, [["utm_source", "flexmls"]]),
  "no-iss": (callback) => without(callback, "iss"),
  "other-iss": (callback) =>
    withMore(without(callback, "iss"), [["iss", "https://sparkplatform.example"]]),
};

const tokenFaults: AnswerFaults = {
  "invalid-client": {
    instead: (host) => refusal(host, new Refusal("invalid_client", "Client authentication failed")),
  },
  "invalid-grant": {
    instead: (host) =>
      refusal(host, new Refusal("invalid_grant", "The access grant you supplied is invalid")),
  },
};

const userinfoFaults: AnswerFaults = {
  "other-sub": { spoil: withFields({ sub: "another-subject" }) },
  "no-sub": { spoil: withFields({ sub: undefined }) },
  unauthorized: { instead: invalidTokenAnswer },
};

const discoveryFaults: AnswerFaults = {
  "wrong-issuer": { spoil: withFields({ issuer: "https://sparkplatform.example" }) },
  "missing-endpoints": {
    spoil: withFields({ authorization_endpoint: undefined, token_endpoint: undefined }),
  },
  "error-404": { instead: () => html(404, "<h1>Not Found</h1>") },
  "redirect-302": {
    instead: () => redirect(`/${platformHost}/_well-known/openid-configuration`),
  },
};

const refusingCodes: readonly ErrorCode[] = [1000, 1010, 1013, 1015, 1019, 1023, 1500, 1550];

const apiFaults: AnswerFaults = {
  ...Object.fromEntries(
    refusingCodes.map((code) => [`code-${code}`, { instead: () => failure(code) }]),
  ),
  "code-1020": { instead: () => expired("Bearer") },
  "code-1020-oauth": { instead: () => expired("OAuth") },
};

const memberFaults: AnswerFaults = {
  unauthorized: { instead: () => failure(1000) },
  "error-body-200": { spoil: () => ({ ...failure(1000), status: 200 }) },
  "no-results": { spoil: withResults(() => []) },
  "no-id": { spoil: withResults(([{ Id, ...rest } = {}]) => [rest]) },
  /** JavaScript reads such a long number as another one. */
  "numeric-id": {
    spoil: (answer) => ({ ...answer, body: answer.body.replace(/"Id":"(\d+)"/, '"Id":$1') }),
  },
  "null-fields": { spoil: withResults(([{ Id } = {}]) => [{ Id, Name: null, Emails: null }]) },
  "nul-characters": { spoil: withResults(([first]) => [{ ...first, Name: "Sandra\u0000 Key" }]) },
};

function refusal(host: string, { error, description }: Refusal): Answer {
  return host === platformHost
    ? refusalAnswer(new Refusal(error, description))
    : json(400, { error, error_description: description });
}

type Fields = Readonly<Record<string, unknown>>;

const Envelope = z.object({
  D: z.looseObject({ Results: z.array(z.record(z.string(), z.unknown())) }),
});

function withResults(change: (results: readonly Fields[]) => readonly Fields[]) {
  return (answer: Answer): Answer => {
    if (answer.status !== 200) return answer;
    const { D } = Envelope.parse(JSON.parse(answer.body));
    return { ...answer, body: JSON.stringify({ D: { ...D, Results: change(D.Results) } }) };
  };
}
