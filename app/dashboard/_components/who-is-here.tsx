import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Login } from "@/lib/accounts/links/logins";
import { dashboard } from "@/messages/en";
import { fullName } from "../../_components/names";

type Props = {
  user: { name: string | null; email: string | null };
  links: LinkedPortal[];
  logins: Login[];
  last: string | null;
};

/** Who is signed in, and through what: the connection last used here, or the only one there is. */
export function WhoIsHere({ user, links, logins, last }: Props) {
  const ways = [
    ...logins,
    ...links.map(({ connection, portal, choiceLabel }) => ({
      connection,
      name: fullName(portal.name, choiceLabel),
    })),
  ];
  const through =
    ways.find(({ connection }) => connection === last) ?? (ways.length === 1 ? ways[0] : undefined);
  const connection = through?.name ?? null;
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
