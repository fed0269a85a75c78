/**
 * Runs something for each item, in order, for so many of them at once. Resolves when all have run; rejects as soon as one
 * fails, while the others go on.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  limit: number,
  run: (item: Item) => Promise<unknown>,
): Promise<void> {
  const next = items.values();
  const worker = async () => {
    for (const item of next) await run(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
