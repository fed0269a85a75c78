const control =
  "block min-h-11 w-full rounded-lg border border-control bg-surface px-3 py-2 text-base text-ink";

/** How a labelled control looks. */
export const field = {
  label: "mb-1.5 block font-medium text-sm",
  control,
  /** A list that drops down, under a `Chevron`. */
  dropdown: `${control} appearance-none truncate pr-10`,
  /** That `Chevron`, laid over its right end: the list's own arrow looks different in every browser. */
  chevron: "pointer-events-none absolute inset-y-0 right-3 my-auto text-ink-soft",
  /** The same list, standing open: rows as high as a fingertip. */
  openList: `${control} [&_option]:rounded-md [&_option]:px-2 [&_option]:py-2.5`,
};
