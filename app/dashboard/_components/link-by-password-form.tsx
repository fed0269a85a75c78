import type { Offer } from "@/lib/portals/offer";
import { direct } from "@/messages/en";
import { ConnectionChoice } from "../../_components/connection-choice";
import { SubmitButton } from "../../_components/submit-button";
import { TextField } from "../../_components/text-field";
import { linkByPassword } from "../actions";

type Props = { offer: Offer; preferred: string | null; product: string };

/** For a portal that lets us ask with a member's own name and password. */
export function LinkByPasswordForm({ offer, preferred, product }: Props) {
  const { id, name } = offer.portal;
  const form = `by-password-form-${id}`;
  return (
    <form action={linkByPassword} className="flex flex-col gap-4 pt-1 pb-5 text-base">
      <p className="text-ink-soft text-sm">{direct.passwordPromise(name, product)}</p>
      <ConnectionChoice
        id={form}
        offer={offer}
        preferred={preferred}
        label={direct.choiceOfLogin}
      />
      <TextField
        id={`${form}-name`}
        name="username"
        label={direct.userName}
        autoComplete="username"
        maxLength={320}
      />
      <TextField
        secret
        id={`${form}-password`}
        name="password"
        label={direct.password}
        autoComplete="current-password"
        maxLength={1024}
      />
      <SubmitButton wide look="quiet" pendingLabel={direct.asking(name)}>
        {direct.link(name)}
      </SubmitButton>
    </form>
  );
}
