import type { AskedPortal } from "@/lib/auth/pages/connect-session";
import { connectSession as said } from "@/messages/en";
import { EnvironmentChip } from "../../../../_components/environment-chip";
import { Monogram } from "../../../../_components/monogram";
import { fullName } from "../../../../_components/names";
import { SubmitButton } from "../../../../_components/submit-button";
import { connectPortal } from "../actions";

type Props = {
  portal: AskedPortal;
  secret: string;
  client: string;
  again: boolean;
  look: "primary" | "quiet";
};

/** One portal that is asked for: what is wanted there, and the button that goes there. */
export function AskedPortalCard({ portal, secret, client, again, look }: Props) {
  const { badge, choiceLabel, shortName, environment, state } = portal;
  const id = `portal-${portal.connection}`;
  return (
    <li className="rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6">
      <div className="flex gap-4">
        <Monogram portal={badge} />
        <div className="flex min-h-11 min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1 break-words">
          <h2 id={id} className="min-w-0 font-semibold text-lg leading-snug">
            {fullName(badge.name, choiceLabel)}
          </h2>
          <EnvironmentChip environment={environment} />
        </div>
      </div>
      {state === "waiting" && (
        <p className="mt-3 text-pretty">
          <span className="font-medium text-good">✓ {said.waiting}.</span>{" "}
          <span className="text-ink-soft">{said.waitingMeans(client)}</span>
        </p>
      )}
      {portal.scopes.length > 0 && (
        <p className="mt-3 break-words text-ink-soft text-sm">
          {said.permissions}: {portal.scopes.join(", ")}
        </p>
      )}
      {again && !portal.namesMembers && (
        <p className="mt-3 text-pretty text-ink-soft">{said.cannotCheck(badge.name)}</p>
      )}
      <form action={connectPortal} className="mt-4">
        <input type="hidden" name="secret" value={secret} />
        <input type="hidden" name="connection" value={portal.connection} />
        <SubmitButton look={look} pendingLabel={said.pending} wide describedBy={id}>
          {wordsOf(portal, again)(shortName)}
        </SubmitButton>
      </form>
    </li>
  );
}

function wordsOf({ state }: AskedPortal, again: boolean) {
  if (state === "problem") return said.tryAgain;
  return again || state === "waiting" ? said.connectAgain : said.connect;
}
