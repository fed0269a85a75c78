import type { Offer } from "@/lib/portals/offer";
import { ConnectionChoice } from "../../_components/connection-choice";
import { SubmitButton } from "../../_components/submit-button";
import { TextField } from "../../_components/text-field";
import type { Viewer } from "../../_components/viewer";
import { linkByPassword } from "../actions";

type Props = { offer: Offer; preferred: string | null; product: string; viewer: Viewer };

/** For a portal that lets us ask with a member's own name and password. */
export function LinkByPasswordForm({ offer, preferred, product, viewer }: Props) {
  const { t } = viewer;
  const { id, badge } = offer;
  const portal = badge.name;
  const form = `by-password-form-${id}`;
  return (
    <form action={linkByPassword} className="flex flex-col gap-4 pt-1 pb-5 text-base">
      <p className="text-ink-soft text-sm">{t("direct.passwordPromise", { portal, product })}</p>
      <ConnectionChoice {...{ offer, preferred, viewer }} again={{ id: form, of: "ofLogin" }} />
      <TextField
        id={`${form}-name`}
        name="username"
        label={t("direct.userName")}
        autoComplete="username"
        maxLength={320}
      />
      <TextField
        secret
        id={`${form}-password`}
        name="password"
        label={t("direct.password")}
        autoComplete="current-password"
        maxLength={1024}
      />
      <SubmitButton wide look="quiet" pendingLabel={t("direct.asking", { portal })}>
        {t("dashboard.link", { portal })}
      </SubmitButton>
    </form>
  );
}
