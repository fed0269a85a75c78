import type { Metadata } from "next";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { loginsOf } from "@/lib/accounts/links/logins";
import { flowResultFrom } from "@/lib/auth/flow/problems";
import { productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { sessionsOf } from "@/lib/auth/session/other-sessions";
import { numberFormat } from "@/lib/language/formats";
import { button } from "../../_components/button";
import { currentViewer } from "../../_components/current-viewer";
import { LanguageSwitch } from "../../_components/language-switch";
import { Notice, titleOf } from "../../_components/notice";
import { DashboardHeader } from "../_components/dashboard-header";
import { Devices } from "./devices";
import { Part } from "./part";

type Props = PageProps<"/dashboard/account">;

export async function generateMetadata({ searchParams }: Props): Promise<Metadata> {
  const { t } = await currentViewer();
  return { title: titleOf(flowResultFrom(await searchParams), t("account.title"), t) };
}

export default async function AccountPage({ searchParams }: Props) {
  const session = await requireSession();
  const { user } = session;
  const result = flowResultFrom(await searchParams);
  const links = await linkedPortals(user);
  const logins = await loginsOf(user);
  const sessions = await sessionsOf(session);
  const viewer = await currentViewer();
  const { t, locale } = viewer;
  const product = productName();
  const waysIn = [
    ...logins.map(({ name }) => name),
    ...links.filter(({ wayIn }) => wayIn).map(({ badge }) => badge.name),
  ];
  const rows = [
    { label: t("account.name"), facts: [user.name ?? t("account.notTold")] },
    { label: t("account.email"), facts: [user.email ?? t("account.notTold")] },
    { label: t("account.waysIn"), facts: [...new Set(waysIn)] },
    { label: t("account.linked"), facts: [numberFormat(locale).format(links.length)] },
  ];

  return (
    <>
      <DashboardHeader />
      <main id="content" tabIndex={-1} className="mx-auto max-w-2xl px-4 py-8 sm:px-8 sm:py-12">
        <h1 className="font-serif text-3xl tracking-tight sm:text-4xl">{t("account.title")}</h1>
        {result && (
          <div className="mt-6">
            <Notice result={result} />
          </div>
        )}
        <section
          aria-label={t("account.who")}
          className="mt-8 rounded-2xl border border-line bg-surface shadow-card"
        >
          <dl className="divide-y divide-line">
            {rows.map(({ label, facts }) => (
              <div
                key={label}
                className="gap-4 px-5 py-3.5 sm:grid sm:grid-cols-[11rem_1fr] sm:px-6"
              >
                <dt className="text-ink-soft">{label}</dt>
                {facts.map((fact) => (
                  <dd key={fact} className="wrap-anywhere min-w-0 font-medium sm:col-start-2">
                    <bdi>{fact}</bdi>
                  </dd>
                ))}
              </div>
            ))}
          </dl>
        </section>
        <p className="mt-3 text-pretty text-ink-soft text-sm">{t("account.whoSource")}</p>
        <p className="mt-6 flex flex-wrap gap-3">
          <a href="/dashboard/activity" className={button.quiet}>
            {t("account.activity")}
          </a>
          <a href="/dashboard" className={button.quiet}>
            {t("account.back")}
          </a>
        </p>
        <Part id="language" title={t("account.language")} body={t("account.languageBody")}>
          <LanguageSwitch viewer={viewer} />
        </Part>
        <Part id="devices" title={t("account.devices")}>
          <Devices sessions={sessions} now={new Date()} viewer={viewer} />
        </Part>
        <Part id="data" title={t("account.dataTitle")} body={t("account.dataBody", { product })}>
          <a href="/dashboard/account/data" download className={button.quiet}>
            {t("account.download")}
          </a>
        </Part>
        <Part id="leave" title={t("account.leaveTitle")} body={t("account.leaveBody", { product })}>
          <a href="/dashboard/account/delete" className={button.quiet}>
            {t("account.leave")}
          </a>
        </Part>
      </main>
    </>
  );
}
