import type { z } from "zod";

/** What a portal's documentation leaves open: each option has a default, and a test may switch it. */
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

  /** Leaves the others as they are. A sentence if that cannot be, and then nothing has changed. */
  switch(changes: Readonly<Record<string, unknown>>): string | null {
    const parsed = this.#schema.safeParse({ ...this.#values, ...changes });
    if (!parsed.success) return errorSentence(parsed.error);
    this.#values = parsed.data;
    return null;
  }
}

/** Every complaint about what a test has sent, in one sentence. */
export function errorSentence({ issues }: z.ZodError) {
  return `${issues.map(({ path, message }) => [...path, message].join(": ")).join("; ")}.`;
}
