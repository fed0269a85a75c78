import type { RecentRevocation } from "@/lib/accounts/revocation/revocations";
import { removalAt } from "@/lib/conversation/revocability";
import type { Translator } from "@/lib/language/translators";
import { namesOf } from "../../_components/names";
import { NoticeFrame } from "../../_components/notice-frame";
import { PortalPermissionsLink } from "./portal-permissions-link";

type Props = { connection: string; revocations: RecentRevocation[]; t: Translator };

/** After unlinking: what has become of the permission at the portal, and what its member can do there. */
export function UnlinkedNotice({ connection, revocations, t }: Props) {
  const names = namesOf(connection, t);
  const removal = removalAt(connection);
  const asked = revocations.find((each) => each.connection === connection);
  const outcome = asked?.outcome ?? (removal?.revokes ? "not_needed" : "unsupported");
  const isLeft = outcome === "refused" || outcome === "gave_up";
  return (
    <NoticeFrame
      tone={isLeft ? "calm" : "good"}
      title={t("successes.unlinked.title")}
      body={t(`takenBack.${outcome}.body`, names)}
      next={isLeft || outcome === "unsupported" ? t("takenBack.byHand", names) : undefined}
    >
      {removal?.page && (
        <PortalPermissionsLink portal={names.portal} href={removal.page} look="quiet" t={t} />
      )}
    </NoticeFrame>
  );
}
