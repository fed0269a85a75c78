import type { ReactNode } from "react";

type Props = { id: string; title: string; children: ReactNode };

/** A part of a page with its heading. */
export function Section({ id, title, children }: Props) {
  return (
    <section aria-labelledby={id} className="min-w-0">
      <h2 id={id} className="mb-3 font-semibold text-lg">
        {title}
      </h2>
      {children}
    </section>
  );
}
