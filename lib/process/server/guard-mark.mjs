const MARK = Symbol.for("portico.guarded");

/** A mark for the whole process, because the build has a copy of this module of its own. */
const marked = /** @type {{ [MARK]?: boolean }} */ (globalThis);

/** Remembers that servers are guarded from here on. */
export function markGuarded() {
  marked[MARK] = true;
}

/** Whether the module that stands before Next has been loaded. */
export function isGuarded() {
  return marked[MARK] === true;
}
