import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { button } from "../../../../_components/button";
import type { Viewer } from "../../../../_components/viewer";
import { whoIsIt } from "../../../_components/link-words";
import { LinkSubject } from "./link-subject";

type Props = { link: LinkedPortal; product: string; linkable: boolean; viewer: Viewer };

/** Instead of the question: after unlinking, the user could not sign in again. */
export function OnlyWayIn({ link, product, linkable, viewer }: Props) {
  const { t } = viewer;
  return (
    <main id="content" tabIndex={-1} className="mx-auto max-w-xl px-4 py-8 sm:px-8 sm:py-16">
      <LinkSubject link={link} who={whoIsIt(link, null, viewer)} t={t} />
      <h1 className="text-balance font-serif text-3xl tracking-tight sm:text-4xl">
        {t("unlinking.lastTitle", { portal: link.badge.name })}
      </h1>
      <p className="mt-4 text-pretty text-ink-soft">{t("unlinking.lastBody", { product })}</p>
      <p className="mt-4 text-pretty">{t("unlinking.lastNext")}</p>
      <div className="mt-8 flex flex-col gap-3 sm:flex-row sm:flex-wrap">
        {linkable && (
          <a href="/dashboard#link-another" className={button.primary}>
            {t("next.linkAnother")}
          </a>
        )}
        <a
          href={`/dashboard/links/${link.id}`}
          className={linkable ? button.quiet : button.primary}
        >
          {t("unlinking.keep")}
        </a>
        <a href="/dashboard/account/delete" className={button.quiet}>
          {t("next.deleteAccount")}
        </a>
      </div>
    </main>
  );
}
