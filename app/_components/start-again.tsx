import { connectionNames } from "@/lib/auth/pages/offers";
import { notice, signIn } from "@/messages/en";
import { SubmitButton } from "./submit-button";

type Props = {
  connection: string;
  /** What was to be connected afterwards. */
  connect?: string | null;
  action: (form: FormData) => Promise<void>;
};

/** From a notice straight into a new flow for the same connection. */
export function StartAgain({ connection, connect, action }: Props) {
  const names = connectionNames(connection);
  if (!names) return null;
  return (
    <form action={action}>
      <input type="hidden" name="connection" value={connection} />
      {connect && <input type="hidden" name="connect" value={connect} />}
      <SubmitButton look="quiet" pendingLabel={signIn.pending(names.portal)}>
        {notice.startAgain(names.short)}
      </SubmitButton>
    </form>
  );
}
