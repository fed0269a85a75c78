import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Login } from "@/lib/accounts/links/logins";
import type { Translator } from "@/lib/language/translators";

type Props = {
  user: { name: string | null; email: string | null };
  links: LinkedPortal[];
  logins: Login[];
  last: string | null;
  t: Translator;
};

/** Who is signed in, and through what: the connection last used here, or the only one there is. */
export function WhoIsHere({ user, links, logins, last, t }: Props) {
  const ways = [
    ...logins,
    ...links.map(({ connection, badge }) => ({ connection, name: badge.name })),
  ];
  const through =
    ways.find(({ connection }) => connection === last) ?? (ways.length === 1 ? ways[0] : undefined);
  const name = user.name ?? user.email ?? t("dashboard.noName");
  return (
    <p className="wrap-anywhere text-ink-soft">
      {t.rich("dashboard.signedIn", {
        through: through?.name ?? "none",
        name: () => (
          <strong className="font-medium text-ink">
            <bdi>{name}</bdi>
          </strong>
        ),
      })}
    </p>
  );
}
