import type { z } from "zod";

/** Behaviour that a portal's documentation leaves open: each option has a default, and a test can change it. */
export class Options<Values extends Record<string, unknown>> {
  readonly #schema: z.ZodType<Values>;
  #values: Values;

  constructor(schema: z.ZodType<Values>) {
    this.#schema = schema;
    this.#values = schema.parse({});
  }

  get values(): Values {
    return this.#values;
  }

  /** Changes these options and keeps the others. Returns the error if one of them is not valid; then nothing changes. */
  switch(changes: Readonly<Record<string, unknown>>): string | null {
    const parsed = this.#schema.safeParse({ ...this.#values, ...changes });
    if (!parsed.success) return errorSentence(parsed.error);
    this.#values = parsed.data;
    return null;
  }
}

/** All errors in what a test has sent, as one sentence. */
export function errorSentence({ issues }: z.ZodError) {
  return `${issues.map(({ path, message }) => [...path, message].join(": ")).join("; ")}.`;
}
