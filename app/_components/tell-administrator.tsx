import { productName } from "@/lib/auth/pages/offers";
import { supportAddress } from "@/lib/auth/pages/outside";
import type { Translator } from "@/lib/language/translators";
import { button } from "./button";

/** After a sentence that an administrator is to be told: leads there, where the operator has said where that is. */
export function TellAdministrator({ reference, t }: { reference: string | null; t: Translator }) {
  const href = supportAddress(reference === null ? null : aboutOf(reference, t));
  if (href === null) return null;
  return (
    <a href={href} className={button.quiet}>
      {t("site.tellAdministrator")}
    </a>
  );
}

function aboutOf(reference: string, t: Translator) {
  return { reference, subject: `${productName()}: ${t("site.reference", { reference })}` };
}
