import type { Offer } from "@/lib/portals/offer";
import { signIn } from "@/messages/en";
import { ConnectionChoice } from "../../_components/connection-choice";
import { Monogram } from "../../_components/monogram";
import { SubmitButton } from "../../_components/submit-button";
import { signInWith } from "../actions";

export function SignInCard({ offer, preferred }: { offer: Offer; preferred: string | null }) {
  const { portal } = offer;
  const heading = `sign-in-${portal.id}`;
  return (
    <section
      aria-labelledby={heading}
      className="rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6"
    >
      <div className="flex items-center gap-3">
        <Monogram portal={portal} />
        <h2 id={heading} className="font-semibold text-lg">
          {portal.name}
        </h2>
      </div>
      <form action={signInWith} className="mt-5 flex flex-col gap-5">
        <ConnectionChoice offer={offer} preferred={preferred} />
        <SubmitButton wide pendingLabel={signIn.pending(portal.name)}>
          {signIn.button(portal.name)}
        </SubmitButton>
      </form>
    </section>
  );
}
