import { outsidePages } from "@/lib/auth/pages/outside";
import type { Translator } from "@/lib/language/translators";

/** At the foot of every page: the operator's own pages, where there are any. Browsers do not tell them where people come from. */
export function OutsideLinks({ t }: { t: Translator }) {
  const pages = outsidePages();
  const links = (["support", "privacy", "imprint"] as const).flatMap((page) => {
    const href = pages[page];
    return href === null ? [] : [{ page, href }];
  });
  if (links.length === 0) return null;
  return (
    <ul className="mb-2 flex flex-wrap justify-center gap-x-1">
      {links.map(({ page, href }) => (
        <li key={page}>
          <a
            href={href}
            className="inline-flex min-h-11 items-center rounded-lg px-3 text-ink-soft text-sm underline underline-offset-4 hover:bg-accent-soft"
          >
            {t(`site.${page}`)}
          </a>
        </li>
      ))}
    </ul>
  );
}
