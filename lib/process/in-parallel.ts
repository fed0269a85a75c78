/**
 * Runs something for each item, in order, for so many of them at once. Resolves when all have run. What fails does not keep
 * the others from running; the first failure is thrown at the end.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  run: (item: Item) => Promise<unknown>,
): Promise<void> {
  const next = items.values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of next) await run(item).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: limit }, worker));
  if (failures.length > 0) throw failures[0];
}
