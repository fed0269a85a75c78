import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { card } from "@/messages/en";
import { Icon } from "../../_components/icon";
import { comingDay } from "../../_components/moments";
import type { Viewer } from "../../_components/viewer";
import { needsConsentSoon } from "./condition";
import { Reconnect } from "./reconnect";
import { StatusBlock } from "./status-block";
import { TimeText } from "./time-text";

type Props = { link: LinkedPortal; now: Date; viewer: Viewer };

/** By when the portal wants to hear from its member again, where that is known: a plain line, until it is time to act. */
export function ConsentLine({ link, now, viewer }: Props) {
  const { consentBy, status } = link;
  if (!consentBy || status.state === "broken") return null;
  const day = <TimeText at={consentBy} words={comingDay(consentBy, now, viewer)} viewer={viewer} />;
  if (!needsConsentSoon(link, now)) {
    return (
      <p className="mt-3 mb-1 flex gap-2 px-3 text-ink-soft text-sm">
        <Icon sign="waiting" className="mx-0.5 size-5 shrink-0" />
        <span>
          {card.willNeedConsent} {day}
        </span>
      </p>
    );
  }
  const ended = consentBy <= now;
  return (
    <StatusBlock
      look="needs"
      word={ended ? card.consentEnded : card.willNeedConsent}
      action={<Reconnect link={link} look="quiet" />}
    >
      <span className="font-semibold text-care">{day}</span>
      <span className="mt-0.5 block text-ink-soft text-sm">
        {ended ? card.consentEndedMeans : card.consentMeans}
      </span>
    </StatusBlock>
  );
}
