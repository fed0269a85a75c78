import type { Translator } from "@/lib/language/translators";
import { TellAdministrator } from "../../_components/tell-administrator";

/** Stands where the links will be. */
export function Empty({ linkable, t }: { linkable: boolean; t: Translator }) {
  return (
    <div className="rounded-2xl border border-control border-dashed px-6 py-10 text-center sm:py-14">
      <p className="font-serif text-xl">{t("dashboard.emptyTitle")}</p>
      <p className="mx-auto mt-2 max-w-sm text-ink-soft">
        {t(linkable ? "dashboard.emptyBody" : "dashboard.emptyNowhere")}
      </p>
      {!linkable && (
        <div className="mt-4 empty:hidden">
          <TellAdministrator reference={null} t={t} />
        </div>
      )}
    </div>
  );
}
