import type { Translator } from "@/lib/language/translators";
import type { Offer } from "@/lib/portals/offer";
import { ConnectionChoice } from "../../_components/connection-choice";
import { EnvironmentChip } from "../../_components/environment-chip";
import { Monogram } from "../../_components/monogram";
import { SubmitButton } from "../../_components/submit-button";
import type { Viewer } from "../../_components/viewer";
import { linkPortal } from "../actions";

type Props = { offer: Offer; preferred: string | null; look: "primary" | "quiet"; viewer: Viewer };

/** A portal on one line where there is room for it: what it is, which of it, and the button. */
export function LinkPortalForm({ offer, preferred, look, viewer }: Props) {
  const { t } = viewer;
  const { id, badge, options } = offer;
  const heading = `link-to-${id}`;
  const only = options.length === 1 ? options[0] : undefined;
  const portal = only?.name ?? badge.name;
  const group = only && badge.name !== only.name ? badge.name : badge.group;
  return (
    <section aria-labelledby={heading}>
      <form
        action={linkPortal}
        className={`flex items-center gap-x-4 gap-y-2 ${only ? "" : "flex-wrap"}`}
      >
        <div className="flex min-w-0 grow-[999] items-center gap-3">
          <Monogram badge={badge} />
          <div className="wrap-anywhere min-w-0">
            <h3 id={heading} className="font-semibold leading-snug">
              {portal}
            </h3>
            {group && <p className="text-ink-soft text-sm">{group}</p>}
          </div>
          {only && <EnvironmentChip environment={only.environment} t={t} />}
        </div>
        {only ? (
          <input type="hidden" name="connection" value={only.connection} />
        ) : (
          <div className="w-full">
            <ConnectionChoice offer={offer} preferred={preferred} viewer={viewer} />
          </div>
        )}
        <div className={only ? "min-w-24" : "w-full"}>
          <SubmitButton wide look={look} pendingLabel={t("dashboard.linking", { portal })}>
            {only ? <Short portal={portal} t={t} /> : t("dashboard.link", { portal })}
          </SubmitButton>
        </div>
      </form>
    </section>
  );
}

/** The portal's name stands beside the button: it is left to be heard. */
function Short({ portal, t }: { portal: string; t: Translator }) {
  return (
    <>
      <span aria-hidden="true">{t("dashboard.linkThis")}</span>
      <span className="sr-only">{t("dashboard.link", { portal })}</span>
    </>
  );
}
