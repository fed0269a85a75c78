import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import type { Translator } from "@/lib/language/translators";
import { EnvironmentChip } from "../../../../_components/environment-chip";
import { Monogram } from "../../../../_components/monogram";

type Props = { link: LinkedPortal; who: string[]; t: Translator };

/** Which link the page is about: two at the same board differ by their name or member, or by their number alone. */
export function LinkSubject({ link: { badge, environment }, who, t }: Props) {
  return (
    <div className="mb-4 flex flex-wrap items-center gap-3">
      <Monogram badge={badge} />
      {who.length > 0 && (
        <p className="wrap-anywhere min-w-0 text-ink-soft">
          <bdi>{who.join(" · ")}</bdi>
        </p>
      )}
      <EnvironmentChip environment={environment} t={t} />
    </div>
  );
}
