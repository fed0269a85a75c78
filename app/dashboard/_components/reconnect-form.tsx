"use client";

import { button } from "../../_components/button";
import { SubmitButton } from "../../_components/submit-button";
import { linkPortal } from "../actions";

export type ReconnectWords = {
  link: string;
  connection: string;
  look: "primary" | "quiet";
  /** Whether its keys were pasted, and new ones have to be. */
  pasted: boolean;
  label: string;
  pending: string;
};

type Props = {
  words: ReconnectWords;
  /** The id of what tells it from others that read alike. */
  describedBy: string;
};

/** Renews a link, for the member it has. */
export function ReconnectForm({ words, describedBy }: Props) {
  const { link, connection, look, pasted, label, pending } = words;
  if (pasted) {
    return (
      <a href="/dashboard#other-ways" className={button[look]}>
        {label}
      </a>
    );
  }
  return (
    <form action={linkPortal}>
      <input type="hidden" name="connection" value={connection} />
      <input type="hidden" name="link" value={link} />
      <SubmitButton look={look} pendingLabel={pending} describedBy={describedBy}>
        {label}
      </SubmitButton>
    </form>
  );
}
