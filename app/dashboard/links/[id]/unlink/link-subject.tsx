import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { EnvironmentChip } from "../../../../_components/environment-chip";
import { Monogram } from "../../../../_components/monogram";

/** Which link the page is about: two at the same board differ by their member alone. */
export function LinkSubject({ link }: { link: LinkedPortal }) {
  const { portal, member, environment } = link;
  const who = [member.name ?? member.email, member.agency].filter(Boolean).join(", ");
  return (
    <div className="mb-4 flex flex-wrap items-center gap-3">
      <Monogram portal={portal} />
      {who && <p className="min-w-0 break-words text-ink-soft">{who}</p>}
      <EnvironmentChip environment={environment} />
    </div>
  );
}
