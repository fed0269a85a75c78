const shape =
  "inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-5 py-2 text-center font-medium motion-safe:transition-colors";

/** One `primary` a screen, or one `grave` for what cannot be taken back; the rest are `quiet`. */
export const button = {
  primary: `${shape} border border-transparent bg-accent text-accent-on hover:bg-accent-strong`,
  grave: `${shape} border border-transparent bg-care text-care-on hover:bg-care-strong`,
  /** One of several below each other, as in a menu. */
  row: "flex min-h-11 w-full items-center rounded-lg px-3 py-2 text-left font-medium text-accent-ink hover:bg-accent-soft motion-safe:transition-colors",
  quiet: `${shape} border border-control text-accent-ink hover:bg-accent-soft`,
  /** For what is done already and may be done again. */
  plain:
    "inline-flex min-h-11 items-center rounded-lg px-3 py-2 font-medium text-accent-ink hover:bg-accent-soft motion-safe:transition-colors sm:justify-center sm:text-center",
};
