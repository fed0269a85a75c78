import type { ReactNode } from "react";
import { button } from "../../_components/button";

type Props = {
  title: string;
  /** What it is about, above everything else. */
  subject?: ReactNode;
  consequences: readonly { title: string; body: string }[];
  /** Where else something can be done about it, under the last of them. */
  elsewhere?: ReactNode;
  keep: { label: string; href: string };
  /** The form that does it. */
  children: ReactNode;
};

/** A page that says what is going to happen before it does. */
export function Confirmation({ title, subject, consequences, elsewhere, keep, children }: Props) {
  return (
    <main id="content" tabIndex={-1} className="mx-auto max-w-xl px-4 py-8 sm:px-8 sm:py-16">
      {subject}
      <h1 className="text-balance font-serif text-3xl tracking-tight sm:text-4xl">{title}</h1>
      <ul className="mt-8 divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
        {consequences.map((consequence, index) => (
          <li key={consequence.title} className="px-5 py-4 sm:px-6">
            <h2 className="font-semibold">{consequence.title}</h2>
            <p className="mt-1 text-pretty text-ink-soft">{consequence.body}</p>
            {index === consequences.length - 1 && elsewhere}
          </li>
        ))}
      </ul>
      <div className="mt-8 flex flex-col gap-3 sm:flex-row">
        {children}
        <a href={keep.href} className={button.quiet}>
          {keep.label}
        </a>
      </div>
    </main>
  );
}
