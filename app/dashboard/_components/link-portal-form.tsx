import type { Offer } from "@/lib/portals/offer";
import { dashboard } from "@/messages/en";
import { ConnectionChoice } from "../../_components/connection-choice";
import { EnvironmentChip } from "../../_components/environment-chip";
import { Monogram } from "../../_components/monogram";
import { SubmitButton } from "../../_components/submit-button";
import { linkPortal } from "../actions";

type Props = { offer: Offer; preferred: string | null; look: "primary" | "quiet" };

/** A portal on one line where there is room for it: what it is, which of it, and the button. */
export function LinkPortalForm({ offer, preferred, look }: Props) {
  const { portal, options, choiceLabel } = offer;
  const heading = `link-to-${portal.id}`;
  const only = options.length === 1 ? options[0] : undefined;
  return (
    <section aria-labelledby={heading}>
      <form action={linkPortal} className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="flex min-w-0 grow-[999] items-center gap-3">
          <Monogram portal={portal} />
          <div className="min-w-0">
            <h3 id={heading} className="font-semibold leading-snug">
              {portal.name}
            </h3>
            {only && choiceLabel && <p className="text-ink-soft text-sm">{only.label}</p>}
          </div>
          {only && <EnvironmentChip environment={only.environment} />}
        </div>
        {only ? (
          <input type="hidden" name="connection" value={only.connection} />
        ) : (
          <div className="w-full @md:w-52">
            <ConnectionChoice offer={offer} preferred={preferred} />
          </div>
        )}
        <div
          className={`w-full grow @md:w-auto @md:min-w-48 @md:self-end ${only ? "@xs:w-auto" : ""}`}
        >
          <SubmitButton wide look={look} pendingLabel={dashboard.linking(portal.name)}>
            {dashboard.link(only?.shortName ?? portal.name)}
          </SubmitButton>
        </div>
      </form>
    </section>
  );
}
