import type { LinkedPortal } from "@/lib/accounts/linked-portal";
import { card } from "@/messages/en";
import { Monogram } from "../../_components/monogram";
import { fullName } from "../../_components/names";
import type { Reader } from "../../_components/reader";
import { StagingChip } from "../../_components/staging-chip";
import { ExactTimes } from "./exact-times";
import { LinkStatusLine } from "./link-status-line";
import type { Position } from "./position";

type Props = { link: LinkedPortal; position: Position | null; now: Date; reader: Reader };

export function LinkedPortalCard({ link, position, now, reader }: Props) {
  const { portal, choiceLabel, environment, member } = link;
  const [name, who] = [`link-${link.id}`, `member-${link.id}`];
  const called = member.name ?? member.email ?? card.noName(portal.name);
  return (
    <li>
      <article
        aria-labelledby={`${name} ${who}`}
        className="rounded-2xl border border-line bg-surface p-5 shadow-card sm:p-6"
      >
        <div className="flex gap-4">
          <Monogram portal={portal} />
          <div className="min-w-0 flex-1 break-words">
            <div className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1">
              <h3 id={name} className="min-w-0 font-semibold text-lg leading-snug">
                {fullName(portal.name, choiceLabel)}
              </h3>
              {environment === "staging" && <StagingChip />}
            </div>
            <p id={who} className="mt-1">
              {called}
              {member.agency && <span className="text-ink-soft">, {member.agency}</span>}
              {position && (
                <span className="text-ink-soft">
                  {" "}
                  · {card.oneOf(position.position, position.all)}
                </span>
              )}
            </p>
            {member.name && member.email && <p className="text-ink-soft">{member.email}</p>}
          </div>
        </div>
        <LinkStatusLine link={link} now={now} reader={reader} />
        <ExactTimes link={link} member={called} reader={reader} />
      </article>
    </li>
  );
}
