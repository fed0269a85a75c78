import type { Offer } from "@/lib/portals/offer";
import type { Viewer } from "../../_components/viewer";
import { LinkPortalForm } from "./link-portal-form";

type Props = {
  offers: Offer[];
  preferred: string | null;
  /** Whether nothing is linked yet, so that linking is what the page is for. */
  first: boolean;
  viewer: Viewer;
};

/** Every portal that can be linked, one below the other. */
export function LinkPanel({ offers, preferred, first, viewer }: Props) {
  const { t } = viewer;
  return (
    <section aria-labelledby="link-another" className="scroll-mt-4">
      <h2 id="link-another" className="scroll-mt-4 font-semibold text-lg">
        {t(first ? "dashboard.linkFirst" : "dashboard.linkAnother")}
      </h2>
      <ul className="mt-3 divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
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
    </section>
  );
}
