import Link from "next/link";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { nextStep, unlinking } from "@/messages/en";
import { button } from "../../../../_components/button";
import { LinkSubject } from "./link-subject";

type Props = { link: LinkedPortal; name: string; product: string; linkable: boolean };

/** Instead of the question: after unlinking, the user could not sign in again. */
export function OnlyWayIn({ link, name, product, linkable }: Props) {
  return (
    <main id="content" tabIndex={-1} className="mx-auto max-w-xl px-4 py-8 sm:px-8 sm:py-16">
      <LinkSubject link={link} position={null} />
      <h1 className="text-balance font-serif text-3xl tracking-tight sm:text-4xl">
        {unlinking.lastTitle(name)}
      </h1>
      <p className="mt-4 text-pretty text-ink-soft">{unlinking.lastBody(product)}</p>
      <p className="mt-4 text-pretty">{unlinking.lastNext}</p>
      <div className="mt-8 flex flex-col gap-3 sm:flex-row sm:flex-wrap">
        {linkable && (
          <Link href="/dashboard#link-another" className={button.primary}>
            {nextStep.linkAnother}
          </Link>
        )}
        <Link href="/dashboard" className={linkable ? button.quiet : button.primary}>
          {unlinking.keep}
        </Link>
        <Link href="/dashboard/account/delete" className={button.quiet}>
          {nextStep.deleteAccount}
        </Link>
      </div>
    </main>
  );
}
