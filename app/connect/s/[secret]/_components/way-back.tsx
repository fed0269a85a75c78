import type { ConnectPage } from "@/lib/auth/pages/connect-session";
import type { Translator } from "@/lib/language/translators";
import { SubmitButton } from "../../../../_components/submit-button";
import { returnToClient } from "../actions";

type Props = { page: ConnectPage; secret: string; t: Translator };

/** How far the person has got, and the button that leads back to the client. It stays in sight below a list that is longer than the screen. */
export function WayBack({ page: { client, portals }, secret, t }: Props) {
  const connected = portals.filter(({ state }) => state === "waiting").length;
  return (
    <form
      action={returnToClient}
      className="-mx-4 wrap-anywhere flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-t bg-canvas px-4 py-3 tall:sticky tall:bottom-0"
    >
      <input type="hidden" name="secret" value={secret} />
      {connected > 0 && (
        <p className="min-w-0 flex-1 basis-48 text-pretty text-sm">
          {t("connect.progress", { count: connected })}
        </p>
      )}
      <div className="max-sm:w-full sm:ml-auto">
        <SubmitButton
          look={connected > 0 ? "primary" : "quiet"}
          pendingLabel={t("connect.pending")}
          wide
        >
          {t(connected > 0 ? "connect.backWith" : "connect.back", { client })}
        </SubmitButton>
      </div>
    </form>
  );
}
