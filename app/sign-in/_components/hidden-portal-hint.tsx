import type { Offer } from "@/lib/portals/offer";
import { signIn } from "@/messages/en";
import { Monogram } from "../../_components/monogram";

/** For a portal that is entered from its own side only. */
export function HiddenPortalHint({
  portal,
  product,
}: {
  portal: Offer["portal"];
  product: string;
}) {
  const heading = `from-${portal.id}`;
  return (
    <section
      aria-labelledby={heading}
      className="flex gap-4 rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6"
    >
      <Monogram portal={portal} />
      <div className="min-w-0">
        <h2 id={heading} className="font-semibold text-lg">
          {signIn.hiddenTitle(portal.name)}
        </h2>
        <p className="mt-1 text-ink-soft">{signIn.hiddenBody(portal.home, product)}</p>
      </div>
    </section>
  );
}
