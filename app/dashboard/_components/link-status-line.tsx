import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { card, needsYou, onHold } from "@/messages/en";
import { ago } from "../../_components/moments";
import { namesOf } from "../../_components/names";
import type { Viewer } from "../../_components/viewer";
import { conditionOf } from "./condition";
import { Reconnect } from "./reconnect";
import { StatusBlock } from "./status-block";
import { TimeText } from "./time-text";

type Props = { link: LinkedPortal; now: Date; viewer: Viewer };

/** Whether the link works, and since when that is known. */
export function LinkStatusLine({ link, now, viewer }: Props) {
  const { status } = link;
  if (status.state === "unknown") return <StatusBlock look="waits" word={card.notChecked} />;

  const names = { ...namesOf(link.connection), connection: link.shortName }; // its card says the rest
  const when = (
    <TimeText
      at={status.checkedAt}
      words={ago(status.checkedAt, now, viewer.locale)}
      viewer={viewer}
    />
  );
  const beside = (
    <span className="text-ink-soft">
      {`· ${card.checked} `}
      {when}
    </span>
  );
  const beneath = (
    <span className="mt-0.5 block text-ink-soft text-sm">
      {`${card.checkedAt} `}
      {when}
    </span>
  );
  if (status.state === "connected") {
    return (
      <StatusBlock look="works" word={card.works}>
        {beside}
      </StatusBlock>
    );
  }
  if (status.state === "broken") {
    return (
      <StatusBlock
        look="needs"
        word={card.needsYou}
        action={<Reconnect link={link} look="quiet" />}
      >
        {needsYou(status.reason, names)}
        {beneath}
      </StatusBlock>
    );
  }
  if (conditionOf(link) === "onHold") {
    return (
      <StatusBlock look="holds" word={card.onHold}>
        {onHold(status.reason, names)}
        {beneath}
      </StatusBlock>
    );
  }
  return (
    <StatusBlock look="rests" word={card.resting}>
      {beside}
      <span className="mt-0.5 block text-ink-soft text-sm">{card.restingMeans}</span>
    </StatusBlock>
  );
}
