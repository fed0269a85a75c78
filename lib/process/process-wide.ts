const KEPT = Symbol.for("portico");

/**
 * Something that the whole process shares, made when it is first asked for. A variable of a module would not do: Next
 * evaluates modules several times in one process.
 * @param name of its own in the whole project
 */
export function processWide<Value extends object>(name: string, make: () => Value): () => Value {
  return () => {
    const kept = all();
    const known = kept.get(name) ?? make();
    kept.set(name, known);
    return known as Value;
  };
}

function all(): Map<string, object> {
  const shared = globalThis as { [KEPT]?: Map<string, object> };
  shared[KEPT] ??= new Map();
  return shared[KEPT];
}
