/** For tests only: forgets all that is process-wide, as in a process that has just begun. */
export function beginProcess() {
  Reflect.deleteProperty(globalThis, Symbol.for("portico"));
}
