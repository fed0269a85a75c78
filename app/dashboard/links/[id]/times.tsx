import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Viewer } from "../../../_components/viewer";
import { TimeText } from "../../_components/time-text";

type Props = { link: LinkedPortal; viewer: Viewer };

/** The times to the minute, for fingers and keyboards too and without any script. */
export function Times({ link, viewer }: Props) {
  const { t } = viewer;
  const { status, linkedAt, consentBy } = link;
  const times = [
    { label: t("link.page.linked"), at: linkedAt },
    ...(status.state === "unknown"
      ? []
      : [{ label: t("link.page.checked"), at: status.checkedAt }]),
    ...(consentBy ? [{ label: t("link.page.consentBy"), at: consentBy }] : []),
  ];
  return (
    <dl className="space-y-2">
      {times.map(({ label, at }) => (
        <div key={label}>
          <dt className="text-ink-soft text-sm">{label}</dt>
          <dd>
            <TimeText at={at} viewer={viewer} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
