import { signIn } from "@/messages/en";
import { SubmitButton } from "../../_components/submit-button";
import { signOutThere } from "../../dashboard/actions";

/** For a user who has signed out here and may still be logged in at the portal, on a shared computer. */
export function SignOutThere({ portal }: { portal: string }) {
  return (
    <form action={signOutThere}>
      <p className="mb-3 text-pretty">{signIn.stillThere(portal)}</p>
      <SubmitButton look="quiet" pendingLabel={signIn.pending(portal)}>
        {signIn.signOutThere(portal)}
      </SubmitButton>
    </form>
  );
}
