import { ago } from "../../_components/moments";
import { SubmitButton } from "../../_components/submit-button";
import type { Viewer } from "../../_components/viewer";
import { TimeText } from "../_components/time-text";
import { signOutElsewhere } from "../actions";

type Props = { sessions: { since: Date; isHere: boolean }[]; now: Date; viewer: Viewer };

/** Every browser in which the user is signed in, and the button that ends it in all others. */
export function Devices({ sessions, now, viewer }: Props) {
  const { t } = viewer;
  return (
    <>
      <ul className="divide-y divide-line">
        {sessions.map(({ since, isHere }) => (
          <li key={`${since.getTime()} ${isHere}`} className="py-2">
            <TimeText
              at={since}
              words={t("account.device", { since: ago(since, now, viewer) })}
              viewer={viewer}
            />
            {isHere && <b className="font-medium"> · {t("account.thisDevice")}</b>}
          </li>
        ))}
      </ul>
      {sessions.length > 1 ? (
        <form action={signOutElsewhere} className="mt-3">
          <SubmitButton look="quiet" pendingLabel={t("account.signingOutEverywhere")}>
            {t("account.signOutEverywhere")}
          </SubmitButton>
        </form>
      ) : (
        <p className="mt-1 text-ink-soft">{t("account.onlyHere")}</p>
      )}
    </>
  );
}
