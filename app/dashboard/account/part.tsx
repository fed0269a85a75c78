import type { ReactNode } from "react";

type Props = { id: string; title: string; body?: string; children: ReactNode };

/** One thing that can be done with an account. */
export function Part({ id, title, body, children }: Props) {
  return (
    <section aria-labelledby={id} className="mt-10 border-line border-t pt-6">
      <h2 id={id} className="font-semibold text-lg">
        {title}
      </h2>
      {body && <p className="mt-1 text-pretty text-ink-soft">{body}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
