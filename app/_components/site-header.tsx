import type { ReactNode } from "react";
import type { Translator } from "@/lib/language/translators";
import { Mark } from "./mark";

type Props = { product: string; t: Translator; children?: ReactNode };

export function SiteHeader({ product, t, children }: Props) {
  return (
    <header className="border-line border-b">
      <div className="mx-auto flex min-h-16 max-w-7xl flex-wrap items-center justify-between gap-x-4 px-4 py-2 sm:px-8">
        <a
          href="/"
          aria-label={t("site.home", { product })}
          className="-ml-2 flex min-h-11 min-w-0 items-center gap-2.5 rounded-lg px-2 text-accent-ink"
        >
          <Mark className="size-6 shrink-0" />
          <span className="truncate font-serif text-ink text-lg">{product}</span>
        </a>
        {children}
      </div>
    </header>
  );
}
