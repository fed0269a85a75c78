import type { FlowResult } from "@/lib/auth/flow/problems";
import type { KeysOffer } from "@/lib/auth/pages/offers";
import type { Offer } from "@/lib/portals/offer";
import { direct } from "@/messages/en";
import { Disclosure } from "../../_components/disclosure";
import { LinkByKeysForm } from "./link-by-keys-form";
import { LinkByPasswordForm } from "./link-by-password-form";

type Props = {
  offers: { password: Offer[]; keys: KeysOffer[] };
  result: FlowResult | null;
  product: string;
};

/** Where a portal allows it, links that do not lead through its pages. What was refused a moment ago stands open. */
export function DirectWays({ offers, result, product }: Props) {
  if (offers.password.length + offers.keys.length === 0) return null;
  const refused = result?.kind === "problem" ? result : null;
  const preferred = refused?.connection ?? null;
  return (
    <section aria-labelledby="other-ways">
      <h3 id="other-ways" className="text-ink-soft text-sm">
        {direct.title}
      </h3>
      <div className="mt-1 divide-y divide-line">
        {offers.password.map((offer) => (
          <Disclosure
            key={offer.portal.id}
            id={`by-password-${offer.portal.id}`}
            open={refused?.problem === "wrong_password" && has(offer, preferred)}
            summary={direct.byPassword(offer.portal.name)}
          >
            <LinkByPasswordForm offer={offer} preferred={preferred} product={product} />
          </Disclosure>
        ))}
        {offers.keys.map((offer) => (
          <Disclosure
            key={offer.portal.id}
            id={`by-keys-${offer.portal.id}`}
            open={refused?.problem === "wrong_tokens" && has(offer, preferred)}
            summary={direct.byKeys(offer.portal.name)}
          >
            <LinkByKeysForm offer={offer} preferred={preferred} />
          </Disclosure>
        ))}
      </div>
    </section>
  );
}

function has({ options }: Offer, id: string | null) {
  return options.some(({ connection }) => connection === id);
}
