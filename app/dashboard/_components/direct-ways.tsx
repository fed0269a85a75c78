import type { FlowResult } from "@/lib/auth/flow/problems";
import type { KeysOffer } from "@/lib/auth/pages/offers";
import type { Offer } from "@/lib/portals/offer";
import { Disclosure } from "../../_components/disclosure";
import type { Viewer } from "../../_components/viewer";
import { LinkByKeysForm } from "./link-by-keys-form";
import { LinkByPasswordForm } from "./link-by-password-form";

type Props = {
  offers: { password: Offer[]; keys: KeysOffer[] };
  result: FlowResult | null;
  product: string;
  viewer: Viewer;
};

/** Where a portal allows it, links that do not lead through its pages. What was refused a moment ago stands open. */
export function DirectWays({ offers, result, product, viewer }: Props) {
  if (offers.password.length + offers.keys.length === 0) return null;
  const { t } = viewer;
  const refused = result?.kind === "problem" ? result : null;
  const preferred = refused?.connection ?? null;
  return (
    <section aria-labelledby="other-ways">
      <h3 id="other-ways" className="text-ink-soft text-sm">
        {t("direct.title")}
      </h3>
      <div className="mt-1 divide-y divide-line">
        {offers.password.map((offer) => (
          <Disclosure
            key={offer.id}
            id={`by-password-${offer.id}`}
            open={refused?.problem === "wrong_password" && has(offer, preferred)}
            summary={t("direct.byPassword", { portal: fullName(offer) })}
          >
            <LinkByPasswordForm {...{ offer, preferred, product, viewer }} />
          </Disclosure>
        ))}
        {offers.keys.map((offer) => (
          <Disclosure
            key={offer.id}
            id={`by-keys-${offer.id}`}
            open={refused?.problem === "wrong_tokens" && has(offer, preferred)}
            summary={t("direct.byKeys", { portal: fullName(offer) })}
          >
            <LinkByKeysForm {...{ offer, preferred, viewer }} />
          </Disclosure>
        ))}
      </div>
    </section>
  );
}

/** Two portals may be known by one name, and ask for other keys. */
function fullName({ badge: { name, group } }: Offer) {
  return group === null ? name : `${name} (${group})`;
}

function has({ options }: Offer, id: string | null) {
  return options.some(({ connection }) => connection === id);
}
