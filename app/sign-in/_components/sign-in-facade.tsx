import type { ReactNode } from "react";
import type { Translator } from "@/lib/language/translators";
import { Column, Pediment, Steps } from "../../_components/facade";

type Props = { product: string; t: Translator; children: ReactNode };

/** The way in, drawn as one: the name over the door, a column on either side, two steps before it. */
export function SignInFacade({ product, t, children }: Props) {
  return (
    <div className="mx-auto max-w-2xl px-6 py-8 sm:py-[10vh]">
      <header>
        <Pediment />
        <div className="-mt-px border border-stone text-center">
          <a
            href="/"
            aria-label={t("site.home", { product })}
            className="flex min-h-12 items-center justify-center px-4 font-serif text-lg uppercase tracking-[0.24em]"
          >
            <span className="-mr-[0.24em] min-w-0 truncate">{product}</span>
          </a>
        </div>
      </header>
      <div className="sm:grid sm:grid-cols-[2.5rem_minmax(0,1fr)_2.5rem] sm:gap-8">
        <Column className="hidden sm:flex" />
        <main id="content" tabIndex={-1} className="min-w-0 space-y-6 py-8 sm:py-12">
          {children}
        </main>
        <Column className="hidden sm:flex" />
      </div>
      <Steps />
    </div>
  );
}
