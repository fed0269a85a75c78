import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { Icon } from "../../../_components/icon";
import { ago, comingDay, since } from "../../../_components/moments";
import { TellAdministrator } from "../../../_components/tell-administrator";
import type { Viewer } from "../../../_components/viewer";
import { needsConsentSoon } from "../../_components/condition";
import { stateWords } from "../../_components/link-words";
import { TimeText } from "../../_components/time-text";

type Props = { link: LinkedPortal; now: Date; viewer: Viewer };

const frames = { good: "bg-good-soft", calm: "bg-sunken", care: "bg-care-soft" };
const inks = { good: "text-good", calm: "text-ink-soft", care: "text-care" };

/** How the link is, by a sign, a word and a colour, which never disagree; and what that means. */
export function State({ link, now, viewer }: Props) {
  const { t } = viewer;
  const { sign, look, word, sentence, forAdministrator, at } = stateWords(link, now, viewer);
  return (
    <div className={`rounded-xl px-4 py-3 ${frames[look]}`}>
      <p className="flex flex-wrap items-center gap-x-2">
        <Icon sign={sign} className={`size-6 shrink-0 ${inks[look]}`} />
        <span className={`font-semibold ${inks[look]}`}>{word}</span>
        {at && (
          <span className="text-ink-soft">
            <TimeText
              at={at}
              words={t("link.checkedAgo", { ago: ago(at, now, viewer) })}
              viewer={viewer}
            />
          </span>
        )}
      </p>
      {sentence && <p className="mt-1 text-pretty">{sentence}</p>}
      {forAdministrator && (
        <div className="mt-3 empty:hidden">
          <TellAdministrator reference={null} t={t} />
        </div>
      )}
      {link.troubleSince && (
        <p className="mt-1 text-pretty">
          {t("dashboard.trouble", {
            portal: link.badge.name,
            time: since(link.troubleSince, now, viewer),
          })}
        </p>
      )}
      {link.consentBy && link.status.state !== "broken" && !needsConsentSoon(link, now) && (
        <p className="mt-1 text-pretty text-ink-soft">
          {t("link.consent.later", { day: comingDay(link.consentBy, now, viewer) })}
        </p>
      )}
    </div>
  );
}
