import type { Offer } from "@/lib/portals/offer";
import { dashboard } from "@/messages/en";
import { ConnectionChoice } from "../../_components/connection-choice";
import { Monogram } from "../../_components/monogram";
import { SubmitButton } from "../../_components/submit-button";
import { linkPortal } from "../actions";

type Props = { offer: Offer; preferred: string | null; look: "primary" | "quiet" };

export function LinkPortalForm({ offer, preferred, look }: Props) {
  const { portal, options } = offer;
  const heading = `link-to-${portal.id}`;
  const [first] = options;
  const what = options.length === 1 && first ? first.label : portal.name;
  return (
    <section
      aria-labelledby={heading}
      className="rounded-2xl border border-line bg-surface p-5 shadow-card"
    >
      <div className="flex items-center gap-3">
        <Monogram portal={portal} />
        <h3 id={heading} className="font-semibold">
          {portal.name}
        </h3>
      </div>
      <form action={linkPortal} className="mt-4 flex flex-col gap-4">
        <ConnectionChoice offer={offer} preferred={preferred} />
        <SubmitButton wide look={look} pendingLabel={dashboard.linking(portal.name)}>
          {dashboard.link(what)}
        </SubmitButton>
      </form>
    </section>
  );
}
