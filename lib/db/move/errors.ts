/** Why a database was not moved. The set is closed: use one of these, or add one here. */
type MoveErrorCode =
  | "outdated" // the source lacks a migration
  | "not_empty" // the target has rows of ours
  | "in_use" // another process is writing to the target
  | "different" // the target has other tables than the source, or other rows after copying
  | "unread" // stored tokens do not open
  | "stopped" // the person at the terminal has ended it
  | "unconfirmed"; // the target broke off while it was to keep everything

/** Its message is a sentence for the person at the terminal; `lines` say which rows it is about. */
export class MoveError extends Error {
  override readonly name = "MoveError";
  readonly code: MoveErrorCode;
  readonly lines: readonly string[];

  constructor(code: MoveErrorCode, message: string, lines: readonly string[] = []) {
    super(message);
    this.code = code;
    this.lines = lines;
  }
}
