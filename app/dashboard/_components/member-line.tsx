import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { card } from "@/messages/en";
import type { Viewer } from "../../_components/viewer";
import type { Position } from "./position";

type Props = { id: string; link: LinkedPortal; position: Position | null; viewer: Viewer };

/** Who it is at the portal, as far as the portal tells: name and agency, or how many listings there are, or nothing. */
export function MemberLine({ id, link, position, viewer }: Props) {
  const { name, email, agency, listings } = link.member;
  const who = memberName(link);
  const count = listings === null ? null : listingsIn(listings, viewer.locale);
  const [main, ...rest] = [who, agency, count].filter((part) => part !== null);
  if (!main) {
    return (
      position && (
        <p id={id} className="mt-1 text-ink-soft">
          {card.loginOf(position.position, position.all)}
        </p>
      )
    );
  }
  return (
    <>
      <p id={id} className="mt-1">
        <bdi className={who ? "" : "text-ink-soft"}>{main}</bdi>
        {rest.map((part) => (
          <span key={part} className="text-ink-soft">
            , <bdi>{part}</bdi>
          </span>
        ))}
        {position && (
          <span className="text-ink-soft"> · {card.oneOf(position.position, position.all)}</span>
        )}
      </p>
      {name && email && (
        <p className="text-ink-soft">
          <bdi>{email}</bdi>
        </p>
      )}
    </>
  );
}

/** Null where the portal names no member. */
export function memberName({ identified, member, portal }: LinkedPortal): string | null {
  return member.name ?? member.email ?? (identified ? card.noName(portal.name) : null);
}

function listingsIn(count: number, locale: string) {
  return card.listings(count, new Intl.NumberFormat(locale).format(count));
}
