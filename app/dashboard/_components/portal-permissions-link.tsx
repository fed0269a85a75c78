import type { Translator } from "@/lib/language/translators";
import { button } from "../../_components/button";

type Props = { portal: string; href: string; look: keyof typeof looks; t: Translator };

const looks = {
  quiet: button.quiet,
  line: "-my-2 inline-flex min-h-11 items-center font-medium text-accent-ink underline underline-offset-4",
};

/** To the portal's own page, on which its members take back what they have allowed. */
export function PortalPermissionsLink({ portal, href, look, t }: Props) {
  return (
    <a href={href} rel="noreferrer" className={looks[look]}>
      {t("unlinking.ownPage", { portal })}
    </a>
  );
}
