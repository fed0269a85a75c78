import type { ReactNode } from "react";
import { button } from "./button";
import { Mark } from "./mark";

type Props = {
  title: string;
  body: string;
  home: string;
  next?: string | undefined;
  reference?: string | undefined;
  children?: ReactNode;
};

/** A page that has one thing to say. It needs nothing from the server, so it works in every failure. */
export function MessagePage({ title, body, home, next, reference, children }: Props) {
  return (
    <main
      id="content"
      tabIndex={-1}
      className="mx-auto flex max-w-md flex-col items-center px-6 py-12 text-center sm:pt-[20vh]"
    >
      <Mark className="size-12 text-stone" />
      <h1 className="mt-6 text-balance font-serif text-3xl tracking-tight">{title}</h1>
      <p className="mt-4 text-pretty text-ink-soft">{body}</p>
      {next && <p className="mt-2 text-pretty">{next}</p>}
      <div className="mt-8 flex flex-wrap justify-center gap-3">
        {children}
        <a href="/" className={children ? button.quiet : button.primary}>
          {home}
        </a>
      </div>
      {reference && <p className="mt-6 text-ink-soft text-sm">{reference}</p>}
    </main>
  );
}
