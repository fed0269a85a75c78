import { languages, ownNames } from "@/lib/language/languages.mjs";
import type { Viewer } from "./viewer";

/** Every language by its own name. It works without any script, and comes back to the page on which it stands. */
export function LanguageSwitch({ viewer: { language, t } }: { viewer: Viewer }) {
  return (
    <form action="/language" method="post">
      <fieldset className="flex flex-wrap justify-center gap-x-1">
        <legend className="sr-only">{t("site.chooseLanguage")}</legend>
        {languages.map((each) => (
          <button
            key={each}
            type="submit"
            name="language"
            value={each}
            lang={each}
            aria-current={each === language}
            className="min-h-11 rounded-lg px-3 text-ink-soft text-sm hover:bg-accent-soft aria-current:font-semibold aria-current:text-ink"
          >
            {ownNames[each]}
          </button>
        ))}
      </fieldset>
    </form>
  );
}
