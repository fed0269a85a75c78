const shape =
  "inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-5 py-2 text-center font-medium motion-safe:transition-colors";

/** One `primary` a screen; the rest are `quiet`. */
export const button = {
  primary: `${shape} border border-transparent bg-accent text-accent-on hover:bg-accent-strong`,
  quiet: `${shape} border border-control text-accent-ink hover:bg-accent-soft`,
};
