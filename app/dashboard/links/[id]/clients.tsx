import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { ago } from "../../../_components/moments";
import { SubmitButton } from "../../../_components/submit-button";
import type { Viewer } from "../../../_components/viewer";
import { endGrant } from "../../actions";

type Props = {
  link: LinkedPortal;
  /** When each last used it, by its id; null is the team's own software. */
  uses: Map<string | null, Date>;
  now: Date;
  viewer: Viewer;
};

/** Who may use the link, when they last did, and the button that takes it back. The team's own software always may. */
export function Clients({ link, uses, now, viewer }: Props) {
  const { t } = viewer;
  const used = (id: string | null) => {
    const at = uses.get(id);
    return at ? t("link.page.lastUsed", { ago: ago(at, now, viewer) }) : t("link.page.neverUsed");
  };
  return (
    <ul className="divide-y divide-line">
      <li className="py-2">
        {t("link.page.ownSoftware")} <span className="text-ink-soft">· {used(null)}</span>
      </li>
      {link.clients.map(({ id, name }) => (
        <li key={id} className="wrap-anywhere py-2">
          <p>
            <bdi>{name}</bdi> <span className="text-ink-soft">· {used(id)}</span>
          </p>
          <form action={endGrant} className="mt-2">
            <input type="hidden" name="link" value={link.id} />
            <input type="hidden" name="client" value={id} />
            <SubmitButton look="quiet" pendingLabel={t("link.page.ending")}>
              {t("link.page.endGrant", { client: name, portal: link.badge.name })}
            </SubmitButton>
          </form>
        </li>
      ))}
    </ul>
  );
}
