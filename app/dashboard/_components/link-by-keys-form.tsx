import type { KeysOffer } from "@/lib/auth/pages/offers";
import { direct } from "@/messages/en";
import { ConnectionChoice } from "../../_components/connection-choice";
import { SubmitButton } from "../../_components/submit-button";
import { TextField } from "../../_components/text-field";
import { linkByTokens } from "../actions";

type Props = { offer: KeysOffer; preferred: string | null };

/** For a portal that hands its members tokens: keys, as far as they are concerned. */
export function LinkByKeysForm({ offer, preferred }: Props) {
  const { id, name } = offer.portal;
  const form = `by-keys-form-${id}`;
  return (
    <form action={linkByTokens} className="flex flex-col gap-4 pt-1 pb-5 text-base">
      <p className="text-ink-soft text-sm">{direct.keysPromise(name, offer.keys.length)}</p>
      <ConnectionChoice id={form} offer={offer} preferred={preferred} label={direct.choiceOfKeys} />
      {offer.keys.map((key) => (
        <TextField
          key={key}
          secret
          id={`${form}-${key}`}
          name={key}
          optional={key === "refresh_token"}
          maxLength={8192}
          {...direct.keys[key]}
        />
      ))}
      <SubmitButton wide look="quiet" pendingLabel={direct.asking(name)}>
        {direct.link(name)}
      </SubmitButton>
    </form>
  );
}
