import { connectionNames } from "@/lib/auth/pages/offers";
import type { Translator } from "@/lib/language/translators";
import { SubmitButton } from "./submit-button";

type Props = {
  connection: string;
  /** What was to be connected afterwards. */
  connect?: string | null;
  action: (form: FormData) => Promise<void>;
  t: Translator;
};

/** From a notice straight into a new flow for the same connection. */
export function StartAgain({ connection, connect, action, t }: Props) {
  const names = connectionNames(connection);
  if (!names) return null;
  const portal = names.name;
  return (
    <form action={action}>
      <input type="hidden" name="connection" value={connection} />
      {connect && <input type="hidden" name="connect" value={connect} />}
      <SubmitButton look="quiet" pendingLabel={t("signIn.pending", { portal })}>
        {t("tryAgain", { portal })}
      </SubmitButton>
    </form>
  );
}
