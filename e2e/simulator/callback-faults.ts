import type { Answer, Callback, Parameter } from "./answer";
import { html } from "./answer";
import { type ErrorName, Refusal } from "./protocols/doorkeeper/errors";

/** What can go wrong on the way back to the app: the redirect is spoiled, or never comes. */
export type CallbackFault = (callback: Callback, host: string) => Callback | Answer;

export const callbackFaults: Readonly<Record<string, CallbackFault>> = {
  "deny-without-state": (callback) => without(refused(callback, "access_denied"), "state"),
  "no-state": (callback) => without(callback, "state"),
  "altered-state": (callback) => withState(callback, (state) => [altered(state)]),
  "duplicate-state": (callback) => withState(callback, (state) => [state, altered(state)]),
  "duplicate-code": (callback) => withMore(callback, [["code", "another-code"]]),
  "extra-params": (callback, host) =>
    withMore(callback, [
      ["iss", `https://${host}`], // RFC 9207, as Doorkeeper 6.0 sends it
      ["session_state", "kept-by-nobody"],
      ["utm_source", "mlsconnect"],
    ]),
  server_error: (callback) => refused(callback, "server_error"),
  temporarily_unavailable: (callback) => refused(callback, "temporarily_unavailable"),
  invalid_scope: (callback) => refused(callback, "invalid_scope"),
  unauthorized_client: (callback) => refused(callback, "unauthorized_client"),
  "no-code": (callback) => without(callback, "code"),
  "error-page": () => html(500, "<h1>We're sorry, but something went wrong.</h1>"),
};

/** RFC 6749 section 4.1.2.1: an error where the code would have been. */
function refused({ redirectUri, parameters }: Callback, error: ErrorName): Callback {
  const { description } = new Refusal(error);
  const state = parameters.filter(([name]) => name === "state");
  return {
    redirectUri,
    parameters: [["error", error], ["error_description", description], ...state],
  };
}

function without(callback: Callback, unwanted: string): Callback {
  return { ...callback, parameters: callback.parameters.filter(([name]) => name !== unwanted) };
}

function withMore(callback: Callback, more: readonly Parameter[]): Callback {
  return { ...callback, parameters: [...callback.parameters, ...more] };
}

function withState(callback: Callback, states: (state: string) => readonly string[]): Callback {
  const parameters = callback.parameters.flatMap(([name, value]): readonly Parameter[] =>
    name === "state" ? states(value).map((state) => [name, state]) : [[name, value]],
  );
  return { ...callback, parameters };
}

/** The same length and alphabet, one character off. */
function altered(state: string) {
  return (state.startsWith("A") ? "B" : "A") + state.slice(1);
}
