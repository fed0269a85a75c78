import Link from "next/link";
import type { ReactNode } from "react";
import { site } from "@/messages/en";
import { Mark } from "./mark";

export function SiteHeader({ product, children }: { product: string; children?: ReactNode }) {
  return (
    <header className="border-line border-b">
      <div className="mx-auto flex min-h-16 max-w-5xl items-center justify-between gap-4 px-4 py-2 sm:px-8">
        <Link
          href="/"
          aria-label={site.homeLink(product)}
          className="-ml-2 flex min-h-11 min-w-0 items-center gap-2.5 rounded-lg px-2 text-accent-ink"
        >
          <Mark className="size-6 shrink-0" />
          <span className="truncate font-serif text-ink text-lg">{product}</span>
        </Link>
        {children}
      </div>
    </header>
  );
}
