import type { Metadata } from "next";
import Link from "next/link";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { loginsOf } from "@/lib/accounts/links/logins";
import { productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { account } from "@/messages/en";
import { button } from "../../_components/button";
import { fullName } from "../../_components/names";
import { DashboardHeader } from "../_components/dashboard-header";

export const metadata: Metadata = { title: account.title };

export default async function AccountPage() {
  const { user } = await requireSession();
  const links = await linkedPortals(user);
  const logins = await loginsOf(user);
  const waysIn = [
    ...logins.map(({ name }) => name),
    ...links
      .filter(({ wayIn }) => wayIn)
      .map(({ portal, choiceLabel }) => fullName(portal.name, choiceLabel)),
  ];
  const rows = [
    { label: account.name, facts: [user.name ?? account.notTold] },
    { label: account.email, facts: [user.email ?? account.notTold] },
    { label: account.waysIn, facts: [...new Set(waysIn)] },
    { label: account.linked, facts: [String(links.length)] },
  ];

  return (
    <>
      <DashboardHeader />
      <main id="content" tabIndex={-1} className="mx-auto max-w-xl px-4 py-8 sm:px-8 sm:py-16">
        <h1 className="font-serif text-3xl tracking-tight sm:text-4xl">{account.title}</h1>
        <section
          aria-label={account.who}
          className="mt-8 rounded-2xl border border-line bg-surface shadow-card"
        >
          <dl className="divide-y divide-line">
            {rows.map(({ label, facts }) => (
              <div
                key={label}
                className="gap-4 px-5 py-3.5 sm:grid sm:grid-cols-[10rem_1fr] sm:px-6"
              >
                <dt className="text-ink-soft">{label}</dt>
                {facts.map((fact) => (
                  <dd key={fact} className="min-w-0 break-words font-medium sm:col-start-2">
                    <bdi>{fact}</bdi>
                  </dd>
                ))}
              </div>
            ))}
          </dl>
        </section>
        <p className="mt-3 text-pretty text-ink-soft text-sm">{account.whoSource}</p>
        <p className="mt-6 flex flex-wrap gap-3">
          <Link href="/dashboard/activity" className={button.quiet}>
            {account.activity}
          </Link>
          <Link href="/dashboard" className={button.quiet}>
            {account.back}
          </Link>
        </p>
        <section aria-labelledby="leave" className="mt-12 border-line border-t pt-8">
          <h2 id="leave" className="font-semibold text-lg">
            {account.leaveTitle}
          </h2>
          <p className="mt-1 text-pretty text-ink-soft">{account.leaveBody(productName())}</p>
          <p className="mt-4">
            <Link href="/dashboard/account/delete" className={button.quiet}>
              {account.leave}
            </Link>
          </p>
        </section>
      </main>
    </>
  );
}
