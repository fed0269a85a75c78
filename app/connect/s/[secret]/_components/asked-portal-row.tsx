import type { AskedPortal } from "@/lib/auth/pages/connect-session";
import type { Translator } from "@/lib/language/translators";
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
  t: Translator;
};

/** One portal that is asked for: its name, how far it has got, and the button that goes there. */
export function AskedPortalRow({ portal, secret, again, only, inGroup, t }: Props) {
  const { badge, environment, state, connection } = portal;
  const { name, group } = badge;
  const id = `portal-${connection}`;
  const isShort = !only && state === "todo";
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 sm:flex-nowrap sm:px-5">
      <Monogram badge={badge} />
      <div id={id} className="wrap-anywhere min-w-0 flex-1 leading-snug">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">{name}</span>
          {!inGroup && group && <span className="text-ink-soft text-sm">{group}</span>}
          <EnvironmentChip environment={environment} t={t} />
        </p>
        {state !== "todo" && <StateLine state={state} t={t} />}
      </div>
      <form
        action={connectPortal}
        className={`shrink-0 ${only ? "" : "sm:w-64"} ${isShort ? "" : "max-sm:w-full"} ${state === "waiting" ? "max-sm:pl-11" : ""}`}
      >
        <input type="hidden" name="secret" value={secret} />
        <input type="hidden" name="connection" value={connection} />
        <SubmitButton
          look={lookOf(state, only)}
          pendingLabel={t("connect.pending")}
          wide
          describedBy={id}
        >
          {isShort ? (
            <ShortOnPhones portal={name} t={t} />
          ) : (
            t(`connect.${wordsOf(portal, again)}`, { portal: name })
          )}
        </SubmitButton>
      </form>
    </li>
  );
}

/** Where there is little room the name, which stands beside it, is left to be heard. */
function ShortOnPhones({ portal, t }: { portal: string; t: Translator }) {
  return (
    <>
      <span aria-hidden="true" className="sm:hidden">
        {t("connect.connectThis")}
      </span>
      <span className="max-sm:sr-only">{t("connect.connect", { portal })}</span>
    </>
  );
}

const states = {
  waiting: { sign: "check", ink: "text-good" },
  declined: { sign: "pause", ink: "text-ink-soft" },
  problem: { sign: "care", ink: "text-care" },
} as const;

function StateLine({ state, t }: { state: keyof typeof states; t: Translator }) {
  const { sign, ink } = states[state];
  return (
    <p className={`mt-0.5 flex items-center gap-1.5 font-medium text-sm ${ink}`}>
      <Icon sign={sign} className="size-5 shrink-0" />
      {t(`connect.${state}`)}
    </p>
  );
}

function lookOf(state: AskedPortal["state"], only: boolean) {
  if (state === "waiting") return "plain";
  return only ? "primary" : "quiet";
}

function wordsOf({ state }: AskedPortal, again: boolean) {
  if (state === "problem" || state === "declined") return "tryAgain";
  return again || state === "waiting" ? "connectAgain" : "connect";
}
