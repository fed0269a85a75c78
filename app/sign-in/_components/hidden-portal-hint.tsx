import type { Translator } from "@/lib/language/translators";
import type { Offer } from "@/lib/portals/offer";
import { Monogram } from "../../_components/monogram";

type Props = { offer: Offer; product: string; t: Translator };

/** For a portal that is entered from its own side only. */
export function HiddenPortalHint({ offer: { id, badge, home }, product, t }: Props) {
  const heading = `from-${id}`;
  const place = t(`places.${home}`, { name: badge.name });
  return (
    <section
      aria-labelledby={heading}
      className="flex gap-4 rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6"
    >
      <Monogram badge={badge} />
      <div className="min-w-0">
        <h2 id={heading} className="font-semibold text-lg">
          {t("signIn.hiddenTitle", { portal: badge.name })}
        </h2>
        <p className="mt-1 text-ink-soft">{t("signIn.hiddenBody", { home: place, product })}</p>
      </div>
    </section>
  );
}
