import type { ReactNode } from "react";
import { scopesOfEach } from "@/lib/auth/pages/offers";
import { listFormat } from "@/lib/language/formats";
import { Disclosure } from "./disclosure";
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
  const each = scopesOfEach(connections);
  if (each.length === 0) return null;
  return (
    <Disclosure summary={summary}>
      <div className="space-y-1 pb-3 text-ink-soft">
        {children}
        {each.map(({ names, scopes }) =>
          scopes.length === 0 ? null : (
            <p key={scopes.join()} className="wrap-anywhere">
              {t("connect.permissionsOf", {
                portal: listFormat(locale).format(names),
                permissions: scopes.join(", "),
              })}
            </p>
          ),
        )}
        {each.some(({ scopes }) => scopes.length === 0) && <p>{t("link.before.permissions")}</p>}
      </div>
    </Disclosure>
  );
}
