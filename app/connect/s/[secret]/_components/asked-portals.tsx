import type { AskedPortal, ConnectPage } from "@/lib/auth/pages/connect-session";
import type { Translator } from "@/lib/language/translators";
import { Disclosure } from "../../../../_components/disclosure";
import type { Viewer } from "../../../../_components/viewer";
import { AskedPortalRow } from "./asked-portal-row";
import { groupsOf } from "./groups";

type Props = { page: ConnectPage; secret: string; viewer: Viewer };

/** Every portal that is asked for, a row each; many of them in groups. A button that has the focus stops above the way back. */
export function AskedPortals({ page: { portals, again }, secret, viewer }: Props) {
  const { locale, t } = viewer;
  const groups = groupsOf(portals, locale);
  const only = portals.length === 1;
  return (
    <div className="space-y-6">
      {groups.map(({ name, portals: rows }) => (
        <section key={name} aria-labelledby={`group-${rows[0]?.connection}`}>
          <h2
            id={`group-${rows[0]?.connection}`}
            className={groups.length > 1 ? "mb-2 font-semibold text-ink-soft text-sm" : "sr-only"}
          >
            {name ?? t("connect.portals")}
          </h2>
          <ul className="divide-y divide-line rounded-2xl border border-line bg-surface shadow-card tall:[&_button]:scroll-mb-48">
            {rows.map((portal) => (
              <AskedPortalRow
                key={portal.connection}
                {...{ portal, secret, again, only, t }}
                inGroup={name !== null}
              />
            ))}
          </ul>
        </section>
      ))}
      {again &&
        portals.map((portal) => <CannotCheck key={portal.connection} portal={portal} t={t} />)}
      <Permissions portals={portals.filter(({ scopes }) => scopes.length > 0)} only={only} t={t} />
    </div>
  );
}

/** For a portal that names no member: the person has to know which login is meant. */
function CannotCheck({
  portal: { namesMembers, badge },
  t,
}: {
  portal: AskedPortal;
  t: Translator;
}) {
  if (namesMembers) return null;
  return (
    <p className="text-pretty text-ink-soft">{t("connect.cannotCheck", { portal: badge.name })}</p>
  );
}

type PermissionsProps = { portals: AskedPortal[]; only: boolean; t: Translator };

/** What is asked for, in the portals' own words. */
function Permissions({ portals, only, t }: PermissionsProps) {
  if (portals.length === 0) return null;
  const lines = portals.map(({ connection, badge, scopes }) => (
    <p key={connection} className="wrap-anywhere text-ink-soft text-sm">
      {only
        ? t("connect.permissions", { permissions: scopes.join(", ") })
        : t("connect.permissionsOf", { portal: badge.name, permissions: scopes.join(", ") })}
    </p>
  ));
  if (only) return lines;
  return (
    <Disclosure summary={t("connect.permissionsOfEach")}>
      <div className="space-y-1">{lines}</div>
    </Disclosure>
  );
}
