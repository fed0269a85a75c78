import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { LONGEST_LABEL } from "@/lib/accounts/links/longest-label";
import type { Translator } from "@/lib/language/translators";
import { field } from "../../_components/field";
import { SubmitButton } from "../../_components/submit-button";
import { nameLink } from "../actions";

/** Asks for the user's own name for a link; where the portal names no member, it is the only one that the link has. */
export function NameForm({ link, t }: { link: LinkedPortal; t: Translator }) {
  const id = `name-${link.id}`;
  return (
    <form action={nameLink} className="space-y-3">
      <input type="hidden" name="link" value={link.id} />
      {!link.identified && link.label === null && (
        <p className="text-pretty text-ink-soft">
          {t("link.page.nameAsk", { portal: link.badge.name })}
        </p>
      )}
      <div className="flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <label htmlFor={id} className={field.label}>
            {t("link.page.nameLabel")}
          </label>
          <input
            id={id}
            name="name"
            defaultValue={link.label ?? ""}
            maxLength={LONGEST_LABEL}
            autoComplete="off"
            className={field.control}
          />
        </div>
        <SubmitButton look="quiet" pendingLabel={t("link.page.nameSaving")}>
          {t("link.page.nameSave")}
        </SubmitButton>
      </div>
    </form>
  );
}
