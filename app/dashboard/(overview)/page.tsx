import type { Metadata } from "next";
import { cache } from "react";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { loginsOf } from "@/lib/accounts/links/logins";
import { recentRevocations } from "@/lib/accounts/revocation/revocations";
import type { FlowResult } from "@/lib/auth/flow/problems";
import { directOffers, linkOffers, productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { lastConnection } from "@/lib/auth/session/last-connection";
import { Asked } from "../../_components/asked";
import { button } from "../../_components/button";
import { currentViewer } from "../../_components/current-viewer";
import { titleOf } from "../../_components/notice";
import { AfterUnlinking } from "../_components/after-unlinking";
import { CheckAll } from "../_components/check-all";
import { ConnectPrompt } from "../_components/connect-prompt";
import { DashboardHeader } from "../_components/dashboard-header";
import { DirectWays } from "../_components/direct-ways";
import { Empty } from "../_components/empty";
import { FlowResultNotice } from "../_components/flow-result-notice";
import { filtered, linkFilterFrom, needsFilter } from "../_components/link-filter";
import { LinkFilterForm } from "../_components/link-filter-form";
import { LinkPanel } from "../_components/link-panel";
import { LinkedPortals } from "../_components/linked-portals";
import { NextStep } from "../_components/next-step";
import { Summary, summaryOf } from "../_components/summary";
import { WhoIsHere } from "../_components/who-is-here";
import { askedConnection } from "./asked-connection";
import { flowResultFor } from "./flow-result";

/** Read once for title and page. */
const linksOf = cache((id: string) => linkedPortals({ id }));

export async function generateMetadata({
  searchParams,
}: PageProps<"/dashboard">): Promise<Metadata> {
  const session = await requireSession();
  const { result } = await flowResultFor(session, await searchParams);
  const { t } = await currentViewer();
  const summary = summaryOf(await linksOf(session.user.id), new Date(), t);
  const title = t("dashboard.title");
  const isPressing = summary?.group === "needsYou";
  return { title: titleOf(result, isPressing ? `${summary.text} · ${title}` : title, t) };
}

/** Who has just come in is told what they were sent for, rather than that they are in. */
function isSignIn(result: FlowResult) {
  return result.kind === "success" && result.success === "signed_in";
}

export default async function DashboardPage({ searchParams }: PageProps<"/dashboard">) {
  const session = await requireSession();
  const query = await searchParams;
  const { result, question } = await flowResultFor(session, query);
  const [links, logins, revocations] = await Promise.all([
    linksOf(session.user.id),
    loginsOf(session.user),
    recentRevocations(session.user),
  ]);
  const offers = linkOffers(links);
  const asked = !result || isSignIn(result) ? askedConnection(query, links, offers) : null;
  const last = await lastConnection();
  const now = new Date();
  const viewer = await currentViewer();
  const { t } = viewer;
  const filter = linkFilterFrom(query);
  const shown = filtered(links, filter, now);
  const linkable = offers.flatMap(({ options }) => options.map(({ connection }) => connection));
  const startable = [...links.map(({ connection }) => connection), ...linkable];
  const renewable = links.filter(({ aside, pasted }) => aside === null && !pasted);
  const again = startable.find((connection) => connection === result?.connection) ?? null;

  return (
    <>
      {offers.length > 0 && (
        <a href="#link-another" className="skip-link">
          {t("dashboard.linkAnotherSkip")}
        </a>
      )}
      <DashboardHeader />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto max-w-7xl space-y-6 px-4 py-6 sm:px-8 sm:py-10"
      >
        <div>
          <h1 className="font-serif text-3xl tracking-tight sm:text-4xl">{t("dashboard.title")}</h1>
          <WhoIsHere user={session.user} links={links} logins={logins} last={last} t={t} />
        </div>
        {result && !asked && (
          <FlowResultNotice result={result} links={links} revocations={revocations} viewer={viewer}>
            <NextStep {...{ result, question, again, links, t }} linkable={offers.length > 0} />
          </FlowResultNotice>
        )}
        {asked && <ConnectPrompt asked={asked} t={t} />}
        <div className="grid grid-cols-1 items-start gap-x-10 gap-y-10 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <section aria-labelledby="linked-portals" className="min-w-0">
            <h2 id="linked-portals" className="sr-only">
              {t("dashboard.list")}
            </h2>
            {links.length === 0 ? (
              <Empty linkable={offers.length > 0} t={t} />
            ) : (
              <>
                <div className="mb-3 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
                  <Summary links={links} now={now} t={t} />
                  <div className="flex flex-wrap gap-2">
                    {offers.length > 0 && (
                      <a href="#link-another" className={`${button.quiet} lg:hidden`}>
                        {t("dashboard.linkAnother")}
                      </a>
                    )}
                    {links.some(({ aside }) => aside === null) && <CheckAll t={t} />}
                  </div>
                </div>
                {needsFilter(links) && (
                  <LinkFilterForm {...{ links, filter, now, viewer }} shown={shown.length} />
                )}
                <LinkedPortals
                  links={shown}
                  all={links}
                  isFirst={!asked && !result}
                  {...{ now, viewer }}
                />
              </>
            )}
            <AfterUnlinking revocations={revocations} now={now} viewer={viewer} />
          </section>
          <div className="space-y-6">
            {offers.length > 0 && (
              <LinkPanel
                offers={offers}
                preferred={asked?.connection ?? again ?? last}
                first={links.length === 0 && !asked}
                viewer={viewer}
              />
            )}
            {renewable.length + linkable.length > 0 && (
              <Asked
                summary={t("connect.permissionsOfEach")}
                connections={[...renewable.map(({ connection }) => connection), ...linkable]}
                viewer={viewer}
              >
                <p>{t("link.before.clients")}</p>
                {renewable.length > 0 && <p>{t("link.before.again")}</p>}
              </Asked>
            )}
            <DirectWays {...{ result, viewer }} offers={directOffers()} product={productName()} />
          </div>
        </div>
      </main>
    </>
  );
}
