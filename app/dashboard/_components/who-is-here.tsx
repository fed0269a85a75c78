import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { dashboard } from "@/messages/en";
import { fullName } from "../../_components/names";

type Props = {
  user: { name: string | null; email: string | null };
  links: LinkedPortal[];
  last: string | null;
};

/** Who is signed in, and through what: the connection last used here, or the only one there is. */
export function WhoIsHere({ user, links, last }: Props) {
  const through =
    links.find(({ connection }) => connection === last) ??
    (links.length === 1 ? links[0] : undefined);
  const connection = through ? fullName(through.portal.name, through.choiceLabel) : null;
  const name = user.name ?? user.email ?? dashboard.someone;
  const { before, after } = dashboard.signedInAs(connection);
  return (
    <p className="mt-2 break-words text-ink-soft">
      {before}{" "}
      <strong className="font-medium text-ink">
        <bdi>{name}</bdi>
      </strong>
      {after}
    </p>
  );
}
