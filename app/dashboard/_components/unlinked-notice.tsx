import type { RecentRevocation } from "@/lib/accounts/revocation/revocations";
import { removalAt } from "@/lib/conversation/revocability";
import { successes, takenBack } from "@/messages/en";
import { namesOf } from "../../_components/names";
import { NoticeFrame } from "../../_components/notice-frame";
import { PortalPermissionsLink } from "./portal-permissions-link";

type Props = { connection: string; revocations: RecentRevocation[] };

/** After unlinking: what has become of the permission at the portal, and what its member can do there. */
export function UnlinkedNotice({ connection, revocations }: Props) {
  const names = namesOf(connection);
  const removal = removalAt(connection);
  const asked = revocations.find((each) => each.connection === connection);
  const outcome = asked?.outcome ?? (removal?.revokes ? "not_needed" : "unsupported");
  return (
    <NoticeFrame
      tone={outcome === "refused" || outcome === "gave_up" ? "calm" : "good"}
      title={successes.unlinked(names).title}
      {...takenBack[outcome](names, removal?.home ?? names.portal)}
    >
      {removal?.page && (
        <PortalPermissionsLink portal={names.portal} href={removal.page} look="quiet" />
      )}
    </NoticeFrame>
  );
}
