import type { Offer } from "@/lib/portals/offer";
import { ConnectionChoice } from "../../_components/connection-choice";
import { Monogram } from "../../_components/monogram";
import { SubmitButton } from "../../_components/submit-button";
import type { Viewer } from "../../_components/viewer";
import { signInWith } from "../actions";

type Props = {
  offer: Offer;
  preferred: string | null;
  /** What the user was sent here to connect after signing in. */
  connect: string | null;
  look: "primary" | "quiet";
  viewer: Viewer;
};

/** The portal's name, its boards or sites, and the way in. One that is second choice takes less room. */
export function SignInCard({ offer, preferred, connect, look, viewer }: Props) {
  const { id, badge, choice } = offer;
  const portal = badge.name;
  const heading = `sign-in-${id}`;
  const aside = look === "quiet" && choice === null;
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
          <Monogram badge={badge} />
          <h2 id={heading} className="font-semibold text-lg">
            {portal}
          </h2>
        </div>
        <ConnectionChoice offer={offer} preferred={preferred} viewer={viewer} />
        <div className={aside ? "grow sm:grow-0" : ""}>
          <SubmitButton wide look={look} pendingLabel={viewer.t("signIn.pending", { portal })}>
            {viewer.t("signIn.button", { portal })}
          </SubmitButton>
        </div>
      </form>
    </section>
  );
}
