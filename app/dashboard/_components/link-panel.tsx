import type { Offer } from "@/lib/portals/offer";
import { dashboard } from "@/messages/en";
import { LinkPortalForm } from "./link-portal-form";

type Props = {
  offers: Offer[];
  preferred: string | null;
  /** Whether nothing is linked yet, so that linking is what the page is for. */
  first: boolean;
};

/** Every portal that can be linked, one below the other. */
export function LinkPanel({ offers, preferred, first }: Props) {
  return (
    <section aria-labelledby="link-another" className="scroll-mt-4">
      <h2
        id="link-another"
        className="scroll-mt-4 font-semibold text-lg lg:flex lg:min-h-11 lg:items-center"
      >
        {first ? dashboard.linkFirst : dashboard.linkAnother}
      </h2>
      <ul className="mt-4 divide-y divide-line rounded-2xl border border-line bg-surface shadow-card">
        {offers.map((offer, index) => (
          <li key={offer.portal.id} className="@container p-4">
            <LinkPortalForm
              offer={offer}
              preferred={preferred}
              look={first && index === 0 ? "primary" : "quiet"}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
