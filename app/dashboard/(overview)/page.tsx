import type { Metadata } from "next";
import { cookies, headers } from "next/headers";
import Link from "next/link";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { loginsOf } from "@/lib/accounts/links/logins";
import { recentRevocations } from "@/lib/accounts/revocation/revocations";
import type { FlowResult } from "@/lib/auth/flow/problems";
import { directOffers, linkOffers, productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { lastConnection } from "@/lib/auth/session/last-connection";
import { account, dashboard } from "@/messages/en";
import { button } from "../../_components/button";
import { titleOf } from "../../_components/notice";
import { englishFrom, TIME_ZONE_COOKIE, timeZoneFrom } from "../../_components/viewer";
import { AfterUnlinking } from "../_components/after-unlinking";
import { ConnectPrompt } from "../_components/connect-prompt";
import { DashboardHeader } from "../_components/dashboard-header";
import { DirectWays } from "../_components/direct-ways";
import { FlowResultNotice } from "../_components/flow-result-notice";
import { LinkPanel } from "../_components/link-panel";
import { LinkedPortals } from "../_components/linked-portals";
import { NextStep } from "../_components/next-step";
import { WhoIsHere } from "../_components/who-is-here";
import { askedConnection } from "./asked-connection";
import { flowResultFor } from "./flow-result";

export async function generateMetadata({
  searchParams,
}: PageProps<"/dashboard">): Promise<Metadata> {
  const { result } = await flowResultFor(await requireSession(), await searchParams);
  return { title: titleOf(result, dashboard.title) };
}

/** Who has just come in is told what they were sent for, rather than that they are in. */
function isSignIn(result: FlowResult) {
  return result.kind === "success" && result.success === "signed_in";
}

export default async function DashboardPage({ searchParams }: PageProps<"/dashboard">) {
  const session = await requireSession();
  const query = await searchParams;
  const { result, question } = await flowResultFor(session, query);
  const links = await linkedPortals(session.user);
  const logins = await loginsOf(session.user);
  const revocations = await recentRevocations(session.user);
  const offers = linkOffers(links);
  const asked = !result || isSignIn(result) ? askedConnection(query, links, offers) : null;
  const last = await lastConnection();
  const now = new Date();
  const viewer = {
    locale: englishFrom((await headers()).get("accept-language")),
    timeZone: timeZoneFrom((await cookies()).get(TIME_ZONE_COOKIE)?.value),
  };
  const startable = [
    ...links.map(({ connection }) => connection),
    ...offers.flatMap(({ options }) => options.map(({ connection }) => connection)),
  ];
  const again = startable.find((connection) => connection === result?.connection) ?? null;

  return (
    <>
      <DashboardHeader />
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto max-w-5xl space-y-8 px-4 py-8 sm:px-8 sm:py-12"
      >
        <div>
          <h1 className="font-serif text-3xl tracking-tight sm:text-4xl">{dashboard.title}</h1>
          <WhoIsHere user={session.user} links={links} logins={logins} last={last} />
        </div>
        {result && !asked && (
          <FlowResultNotice result={result} links={links} revocations={revocations} viewer={viewer}>
            <NextStep
              result={result}
              question={question}
              again={again}
              linkable={offers.length > 0}
            />
          </FlowResultNotice>
        )}
        {asked && <ConnectPrompt asked={asked} />}
        <div className="grid grid-cols-1 items-start gap-x-10 gap-y-12 lg:grid-cols-[minmax(0,1fr)_24rem]">
          <div>
            <LinkedPortals links={links} now={now} viewer={viewer} linkable={offers.length > 0} />
            <AfterUnlinking revocations={revocations} now={now} viewer={viewer} />
          </div>
          <div className="space-y-6">
            {offers.length > 0 && (
              <LinkPanel
                offers={offers}
                preferred={asked?.connection ?? again ?? last}
                first={links.length === 0 && !asked}
              />
            )}
            <DirectWays offers={directOffers()} result={result} product={productName()} />
          </div>
        </div>
        <p className="sm:hidden">
          <Link href="/dashboard/activity" className={button.quiet}>
            {account.activity}
          </Link>
        </p>
      </main>
    </>
  );
}
