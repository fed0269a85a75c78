import type { Answer, Callback } from "./answer";

/**
 * A fault of an answer. `instead` answers before the portal does anything: the code can still be used.
 * `spoil` changes the portal's own answer: the code is spent, and the app may not get its tokens.
 */
export type AnswerFault =
  | { instead: (host: string) => Answer }
  | { spoil: (answer: Answer) => Answer };

/** By the name that a test uses. */
export type AnswerFaults = Readonly<Record<string, AnswerFault>>;

/** A fault of the redirect back to the app: it is changed, or a page comes instead. */
type CallbackFault = (callback: Callback, host: string) => Callback | Answer;

export type CallbackFaults = Readonly<Record<string, CallbackFault>>;
