import type { Answer, Callback } from "./answer";

/**
 * What can go wrong with an answer. `instead` comes before the portal has done anything: the code is still
 * good. `spoil` comes after: the code is spent, and the app may never learn what for.
 */
export type AnswerFault =
  | { instead: (host: string) => Answer }
  | { spoil: (answer: Answer) => Answer };

/** By the name a test calls it. */
export type AnswerFaults = Readonly<Record<string, AnswerFault>>;

/** What can go wrong on the way back to the app: the redirect is spoiled, or never comes. */
type CallbackFault = (callback: Callback, host: string) => Callback | Answer;

export type CallbackFaults = Readonly<Record<string, CallbackFault>>;
