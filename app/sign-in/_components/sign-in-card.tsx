import type { Offer } from "@/lib/portals/offer";
import { signIn } from "@/messages/en";
import { ConnectionChoice } from "../../_components/connection-choice";
import { Monogram } from "../../_components/monogram";
import { SubmitButton } from "../../_components/submit-button";
import { signInWith } from "../actions";

type Props = {
  offer: Offer;
  preferred: string | null;
  /** What the user was sent here to connect after signing in. */
  connect: string | null;
  look: "primary" | "quiet";
};

/** The portal's name, its boards or sites, and the way in. One that is second choice takes less room. */
export function SignInCard({ offer, preferred, connect, look }: Props) {
  const { portal, choiceLabel } = offer;
  const heading = `sign-in-${portal.id}`;
  const aside = look === "quiet" && !choiceLabel;
  return (
    <section
      aria-labelledby={heading}
      className={`rounded-2xl border border-line p-5 sm:p-6 ${look === "primary" ? "bg-surface shadow-card" : "max-sm:py-4 sm:py-5"}`}
    >
      <form
        action={signInWith}
        className={aside ? "flex flex-wrap items-center gap-x-4 gap-y-3" : "flex flex-col gap-5"}
      >
        {connect && <input type="hidden" name="connect" value={connect} />}
        <div className="flex flex-auto items-center gap-3">
          <Monogram portal={portal} />
          <h2 id={heading} className="font-semibold text-lg">
            {portal.name}
          </h2>
        </div>
        <ConnectionChoice offer={offer} preferred={preferred} />
        <div className={aside ? "grow sm:grow-0" : ""}>
          <SubmitButton wide look={look} pendingLabel={signIn.pending(portal.name)}>
            {signIn.button(portal.name)}
          </SubmitButton>
        </div>
      </form>
    </section>
  );
}
