import type { Callback, Parameter } from "./answer";
import { html } from "./answer";
import type { CallbackFaults } from "./fault";

/** The faults that the redirect back to the app can have in every protocol. */

/** RFC 6749 section 4.1.2.1. */
const errors = [
  "access_denied",
  "server_error",
  "temporarily_unavailable",
  "invalid_scope",
  "unauthorized_client",
] as const;

export const callbackFaults: CallbackFaults = {
  "no-state": (callback) => without(callback, "state"),
  "altered-state": (callback) => withValues(callback, "state", (state) => [altered(state)]),
  "duplicate-state": (callback) =>
    withValues(callback, "state", (state) => [state, altered(state)]),
  "duplicate-code": (callback) => withMore(callback, [["code", "another-code"]]),
  "extra-params": (callback, host) =>
    withMore(callback, [
      ["iss", `https://${host}`], // RFC 9207, as Doorkeeper 6.0 sends it
      ["session_state", "not-used"],
      ["utm_source", "mlsconnect"],
    ]),
  ...refusals(() => null),
  "no-code": (callback) => without(callback, "code"),
  "error-page": () => html(500, "<h1>We're sorry, but something went wrong.</h1>"),
};

/** Errors in place of the code, with the portal's own description. */
export function refusals(
  describe: (error: (typeof errors)[number]) => string | null,
): CallbackFaults {
  const faults = errors.map((error) => [
    error,
    (callback: Callback) => refused(callback, error, describe(error)),
  ]);
  return {
    ...Object.fromEntries(faults),
    "deny-without-state": (callback) =>
      without(refused(callback, "access_denied", describe("access_denied")), "state"),
  };
}

export function without(callback: Callback, unwanted: string): Callback {
  return { ...callback, parameters: callback.parameters.filter(([name]) => name !== unwanted) };
}

export function withMore(callback: Callback, more: readonly Parameter[]): Callback {
  return { ...callback, parameters: [...callback.parameters, ...more] };
}

/** Replaces each parameter of that name with these values. */
export function withValues(
  callback: Callback,
  wanted: string,
  values: (value: string) => readonly string[],
): Callback {
  const parameters = callback.parameters.flatMap(([name, value]): readonly Parameter[] =>
    name === wanted ? values(value).map((other) => [name, other]) : [[name, value]],
  );
  return { ...callback, parameters };
}

/** The same value with another first character. */
export function altered(value: string) {
  return (value.startsWith("A") ? "B" : "A") + value.slice(1);
}

/** An error in place of the code. */
function refused(
  { redirectUri, parameters }: Callback,
  error: string,
  description: string | null,
): Callback {
  const described: Parameter[] = description ? [["error_description", description]] : [];
  const state = parameters.filter(([name]) => name === "state");
  return { redirectUri, parameters: [["error", error], ...described, ...state] };
}
