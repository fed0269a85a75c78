import type { LinkedPortal } from "@/lib/accounts/linked-portal";
import { connectionNames } from "@/lib/auth/offers";
import { card, dashboard, needsYou } from "@/messages/en";
import { Icon } from "../../_components/icon";
import { ago } from "../../_components/moments";
import { namesOf } from "../../_components/names";
import type { Reader } from "../../_components/reader";
import { SubmitButton } from "../../_components/submit-button";
import { linkPortal } from "../actions";
import { Moment } from "./moment";

type Props = { link: LinkedPortal; now: Date; reader: Reader };

/** Whether the link works: a sign, a word and a colour, which never disagree. */
export function LinkStatusLine({ link, now, reader }: Props) {
  const { status } = link;
  switch (status.state) {
    case "connected":
      return (
        <p className="mt-4 flex gap-2 rounded-lg bg-good-soft px-3 py-2.5">
          <Icon sign="check" className="size-6 shrink-0 text-good" />
          <span>
            <span className="font-semibold text-good">{card.works}</span>
            <span className="text-ink-soft">
              {" · "}
              {card.checked}{" "}
              <Moment
                at={status.checkedAt}
                words={ago(status.checkedAt, now, reader.locale)}
                reader={reader}
              />
            </span>
          </span>
        </p>
      );
    case "broken":
      return (
        <div className="mt-4 rounded-lg bg-care-soft px-3 py-2.5">
          <p className="flex gap-2">
            <Icon sign="care" className="size-6 shrink-0 text-care" />
            <span>
              <span className="font-semibold text-care">{card.needsYou}</span>{" "}
              {needsYou(status.reason, namesOf(link.connection))}
              <span className="mt-0.5 block text-ink-soft text-sm">
                {card.checkedAt}{" "}
                <Moment
                  at={status.checkedAt}
                  words={ago(status.checkedAt, now, reader.locale)}
                  reader={reader}
                />
              </span>
            </span>
          </p>
          <Reconnect connection={link.connection} />
        </div>
      );
    case "unknown":
      return (
        <p className="mt-4 flex gap-2 rounded-lg bg-sunken px-3 py-2.5">
          <Icon sign="waiting" className="size-6 shrink-0 text-ink-soft" />
          <span className="font-semibold text-ink-soft">{card.notChecked}</span>
        </p>
      );
  }
}

function Reconnect({ connection }: { connection: string }) {
  const names = connectionNames(connection);
  if (!names) return null; // no longer set up here
  return (
    <form action={linkPortal} className="mt-3 mb-1 ml-8">
      <input type="hidden" name="connection" value={connection} />
      <SubmitButton look="quiet" pendingLabel={dashboard.linking(names.portal)}>
        {dashboard.reconnect(names.choice ?? names.portal)}
      </SubmitButton>
    </form>
  );
}
