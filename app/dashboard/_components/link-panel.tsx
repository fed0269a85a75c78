import type { Offer } from "@/lib/portals/offer";
import { Disclosure } from "../../_components/disclosure";
import type { Viewer } from "../../_components/viewer";
import { LinkPortalForm } from "./link-portal-form";

type Props = {
  offers: Offer[];
  preferred: string | null;
  /** Whether nothing is linked yet, so that linking is what the page is for. */
  first: boolean;
  viewer: Viewer;
};

/** Every portal that can be linked, one below the other, and what each is asked for. */
export function LinkPanel({ offers, preferred, first, viewer }: Props) {
  const { t } = viewer;
  return (
    <section aria-labelledby="link-another" className="scroll-mt-4">
      <h2 id="link-another" className="scroll-mt-4 font-semibold text-lg">
        {t(first ? "dashboard.linkFirst" : "dashboard.linkAnother")}
      </h2>
      <ul className="mt-3 divide-y divide-line rounded-2xl border border-line bg-surface shadow-card [contain-intrinsic-block-size:auto_24rem] [content-visibility:auto]">
        {offers.map((offer, index) => (
          <li key={offer.id} className="@container px-4 py-2.5">
            <LinkPortalForm
              offer={offer}
              preferred={preferred}
              look={first && index === 0 ? "primary" : "quiet"}
              viewer={viewer}
            />
          </li>
        ))}
      </ul>
      <Asked offers={offers} viewer={viewer} />
    </section>
  );
}

/** What is asked for there, in the portals' own words where they are known, and who will use it. */
function Asked({ offers, viewer: { t } }: { offers: Offer[]; viewer: Viewer }) {
  const asked = offers.flatMap(({ options }) => options.filter(({ scopes }) => scopes.length > 0));
  return (
    <Disclosure summary={t("connect.permissionsOfEach")}>
      <div className="space-y-1 pb-3 text-ink-soft">
        <p>{t("link.before.clients")}</p>
        {asked.map(({ connection, name, scopes }) => (
          <p key={connection} className="wrap-anywhere">
            {t("connect.permissionsOf", { portal: name, permissions: scopes.join(", ") })}
          </p>
        ))}
        {asked.length < offers.length && <p>{t("link.before.permissions")}</p>}
      </div>
    </Disclosure>
  );
}
