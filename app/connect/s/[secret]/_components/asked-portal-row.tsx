import type { AskedPortal } from "@/lib/auth/pages/connect-session";
import { connectSession as said } from "@/messages/en";
import { EnvironmentChip } from "../../../../_components/environment-chip";
import { Icon } from "../../../../_components/icon";
import { Monogram } from "../../../../_components/monogram";
import { SubmitButton } from "../../../../_components/submit-button";
import { connectPortal } from "../actions";

type Props = {
  portal: AskedPortal;
  secret: string;
  again: boolean;
  /** Whether nothing else is asked for: then its button is what the page is for. */
  only: boolean;
  /** Whether it stands under the name of the portal that it belongs to. */
  inGroup: boolean;
};

/** One portal that is asked for: its name, how far it has got, and the button that goes there. */
export function AskedPortalRow({ portal, secret, again, only, inGroup }: Props) {
  const { badge, shortName, environment, state, connection } = portal;
  const id = `portal-${connection}`;
  const isShort = !only && state === "todo";
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 sm:flex-nowrap sm:px-5">
      <Monogram portal={badge} />
      <div id={id} className="wrap-anywhere min-w-0 flex-1 leading-snug">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{shortName}</span>
          {!inGroup && !shortName.startsWith(badge.name) && (
            <span className="text-ink-soft text-sm">{badge.name}</span>
          )}
          <EnvironmentChip environment={environment} />
        </p>
        {state !== "todo" && <StateLine state={state} />}
      </div>
      <form
        action={connectPortal}
        className={`shrink-0 ${only ? "" : "sm:w-64"} ${isShort ? "" : "max-sm:w-full"} ${state === "waiting" ? "max-sm:pl-11" : ""}`}
      >
        <input type="hidden" name="secret" value={secret} />
        <input type="hidden" name="connection" value={connection} />
        <SubmitButton look={lookOf(state, only)} pendingLabel={said.pending} wide describedBy={id}>
          {isShort ? <ShortOnPhones name={shortName} /> : wordsOf(portal, again)(shortName)}
        </SubmitButton>
      </form>
    </li>
  );
}

/** Where there is little room the name, which stands beside it, is left to be heard. */
function ShortOnPhones({ name }: { name: string }) {
  return (
    <>
      <span aria-hidden="true" className="sm:hidden">
        {said.connectThis}
      </span>
      <span className="max-sm:sr-only">{said.connect(name)}</span>
    </>
  );
}

const states = {
  waiting: { sign: "check", ink: "text-good" },
  declined: { sign: "pause", ink: "text-ink-soft" },
  problem: { sign: "care", ink: "text-care" },
} as const;

function StateLine({ state }: { state: keyof typeof states }) {
  const { sign, ink } = states[state];
  return (
    <p className={`mt-0.5 flex items-center gap-1.5 font-medium text-sm ${ink}`}>
      <Icon sign={sign} className="size-5 shrink-0" />
      {said[state]}
    </p>
  );
}

function lookOf(state: AskedPortal["state"], only: boolean) {
  if (state === "waiting") return "plain";
  return only ? "primary" : "quiet";
}

function wordsOf({ state }: AskedPortal, again: boolean) {
  if (state === "problem" || state === "declined") return said.tryAgain;
  return again || state === "waiting" ? said.connectAgain : said.connect;
}
