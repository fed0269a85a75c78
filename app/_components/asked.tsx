import type { ReactNode } from "react";
import { scopesAt } from "@/lib/auth/pages/offers";
import { listFormat } from "@/lib/language/formats";
import { Disclosure } from "./disclosure";
import { groupBy } from "./group-by";
import { namesOf } from "./names";
import type { Viewer } from "./viewer";

type Props = {
  summary: string;
  /** Where people can go from here. */
  connections: readonly string[];
  viewer: Viewer;
  /** Who will use what they agree to. */
  children: ReactNode;
};

/** Before people leave for a portal: what is asked for there, in the portals' own words where they are known. */
export function Asked({ summary, connections, viewer: { locale, t }, children }: Props) {
  const byPermissions = groupBy([...new Set(connections)], (each) => scopesAt(each).join(", "));
  const known = [...byPermissions].filter(([permissions]) => permissions !== "");
  return (
    <Disclosure summary={summary}>
      <div className="space-y-1 pb-3 text-ink-soft">
        {children}
        {known.map(([permissions, those]) => (
          <p key={permissions} className="wrap-anywhere">
            {t("connect.permissionsOf", {
              portal: listFormat(locale).format(those.map((each) => namesOf(each, t).portal)),
              permissions,
            })}
          </p>
        ))}
        {byPermissions.has("") && <p>{t("link.before.permissions")}</p>}
      </div>
    </Disclosure>
  );
}
