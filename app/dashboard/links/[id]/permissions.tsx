import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { productName } from "@/lib/auth/pages/offers";
import type { Translator } from "@/lib/language/translators";
import { Section } from "./section";

type Props = { link: LinkedPortal; scopes: string[]; t: Translator };

/** What may be done there: what was asked for, in the portal's own words. */
export function Permissions({ link, scopes, t }: Props) {
  return (
    <Section id="permissions" title={t("link.page.permissions", { product: productName() })}>
      <p className="wrap-anywhere text-pretty text-ink-soft">
        {scopes.length > 0
          ? scopes.join(", ")
          : t("link.page.permissionsUnknown", { portal: link.badge.name })}
      </p>
    </Section>
  );
}
