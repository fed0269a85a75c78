/** What a shell makes of a process that ends by a signal. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

export type Interruption = {
  /** Aborted at the first signal. */
  signal: AbortSignal;
  /** With what the command then ends; null where there was none. */
  code: () => number | null;
};

/**
 * Ctrl-C, and what a process manager sends: the command ends what it is doing and says how far it got. What comes after the
 * first signal changes nothing, because npm hands on what the terminal has sent already.
 */
export function interruption(): Interruption {
  const controller = new AbortController();
  let code: number | null = null;
  for (const [name, its] of Object.entries(CODES)) {
    process.on(name, () => {
      code ??= its;
      controller.abort();
    });
  }
  return { signal: controller.signal, code: () => code };
}
