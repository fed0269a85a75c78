/** Aborted at the first Ctrl-C or SIGTERM: the command ends what it is doing and says how far it got. The second ends it at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}
