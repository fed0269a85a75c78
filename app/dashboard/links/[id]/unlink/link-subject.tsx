import { Fragment } from "react";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { card } from "@/messages/en";
import { EnvironmentChip } from "../../../../_components/environment-chip";
import { Monogram } from "../../../../_components/monogram";
import type { Position } from "../../../_components/position";

type Props = { link: LinkedPortal; position: Position | null };

/** Which link the page is about: two at the same board differ by their member, or by their number alone. */
export function LinkSubject({ link, position }: Props) {
  const { portal, member, environment } = link;
  const number = position && card.loginOf(position.position, position.all);
  const who = [member.name ?? member.email, member.agency, number].filter((part) => part !== null);
  return (
    <div className="mb-4 flex flex-wrap items-center gap-3">
      <Monogram portal={portal} />
      {who.length > 0 && (
        <p className="min-w-0 break-words text-ink-soft">
          {who.map((part, at) => (
            <Fragment key={part}>
              {at > 0 && ", "}
              <bdi>{part}</bdi>
            </Fragment>
          ))}
        </p>
      )}
      <EnvironmentChip environment={environment} />
    </div>
  );
}
