import type { KeysOffer } from "@/lib/auth/pages/offers";
import { ConnectionChoice } from "../../_components/connection-choice";
import { SubmitButton } from "../../_components/submit-button";
import { TextField } from "../../_components/text-field";
import type { Viewer } from "../../_components/viewer";
import { linkByTokens } from "../actions";

type Props = { offer: KeysOffer; preferred: string | null; viewer: Viewer };

/** For a portal that hands its members tokens: keys, as far as they are concerned. */
export function LinkByKeysForm({ offer, preferred, viewer }: Props) {
  const { t } = viewer;
  const { id, badge, keys } = offer;
  const portal = badge.name;
  const form = `by-keys-form-${id}`;
  return (
    <form action={linkByTokens} className="flex flex-col gap-4 pt-1 pb-5 text-base">
      <p className="text-ink-soft text-sm">
        {t("direct.keysPromise", { portal, count: keys.length })}
      </p>
      <ConnectionChoice {...{ offer, preferred, viewer }} again={{ id: form, of: "ofKeys" }} />
      {keys.map((key) => (
        <TextField
          key={key}
          secret
          id={`${form}-${key}`}
          name={key}
          optional={key === "refresh_token"}
          maxLength={8192}
          label={t(`direct.keys.${key}`)}
          hint={key === "refresh_token" ? t("direct.refreshKeyHint") : undefined}
        />
      ))}
      <SubmitButton wide look="quiet" pendingLabel={t("direct.asking", { portal })}>
        {t("dashboard.link", { portal })}
      </SubmitButton>
    </form>
  );
}
