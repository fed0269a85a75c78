import type { Metadata } from "next";
import { cookies, headers } from "next/headers";
import Link from "next/link";
import { linkedPortals } from "@/lib/accounts/links/linked-portals";
import { recentRevocations } from "@/lib/accounts/revocation/revocations";
import type { Ending } from "@/lib/auth/flow/problems";
import { directOffers, linkOffers, productName } from "@/lib/auth/pages/offers";
import { requireSession } from "@/lib/auth/session/current-user";
import { lastConnection } from "@/lib/auth/session/last-connection";
import { account, dashboard } from "@/messages/en";
import { button } from "../../_components/button";
import { titleOf } from "../../_components/notice";
import { englishFrom, TIME_ZONE_COOKIE, timeZoneFrom } from "../../_components/reader";
import { AfterUnlinking } from "../_components/after-unlinking";
import { AskedFor } from "../_components/asked-for";
import { DashboardHeader } from "../_components/dashboard-header";
import { DirectWays } from "../_components/direct-ways";
import { EndingNotice } from "../_components/ending-notice";
import { LinkPanel } from "../_components/link-panel";
import { LinkedPortals } from "../_components/linked-portals";
import { NextStep } from "../_components/next-step";
import { WhoIsHere } from "../_components/who-is-here";
import { askedConnection } from "./asked-connection";
import { endingFor } from "./ending";

export async function generateMetadata({
  searchParams,
}: PageProps<"/dashboard">): Promise<Metadata> {
  const { ending } = await endingFor(await requireSession(), await searchParams);
  return { title: titleOf(ending, dashboard.title) };
}

/** Who has just come in is told what they were sent for, rather than that they are in. */
function isSignIn(ending: Ending) {
  return ending.kind === "success" && ending.success === "signed_in";
}

export default async function DashboardPage({ searchParams }: PageProps<"/dashboard">) {
  const session = await requireSession();
  const query = await searchParams;
  const { ending, question } = await endingFor(session, query);
  const links = await linkedPortals(session.user);
  const revocations = await recentRevocations(session.user);
  const offers = linkOffers(links);
  const asked = !ending || isSignIn(ending) ? askedConnection(query, links, offers) : null;
  const last = await lastConnection();
  const now = new Date();
  const reader = {
    locale: englishFrom((await headers()).get("accept-language")),
    timeZone: timeZoneFrom((await cookies()).get(TIME_ZONE_COOKIE)?.value),
  };
  const startable = [
    ...links.map(({ connection }) => connection),
    ...offers.flatMap(({ options }) => options.map(({ connection }) => connection)),
  ];
  const again = startable.find((connection) => connection === ending?.connection) ?? null;

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
          <WhoIsHere user={session.user} links={links} last={last} />
        </div>
        {ending && !asked && (
          <EndingNotice ending={ending} links={links} revocations={revocations} reader={reader}>
            <NextStep
              ending={ending}
              question={question}
              again={again}
              linkable={offers.length > 0}
            />
          </EndingNotice>
        )}
        {asked && <AskedFor asked={asked} />}
        <div className="grid grid-cols-1 items-start gap-x-10 gap-y-12 lg:grid-cols-[minmax(0,1fr)_24rem]">
          <div>
            <LinkedPortals links={links} now={now} reader={reader} linkable={offers.length > 0} />
            <AfterUnlinking revocations={revocations} now={now} reader={reader} />
          </div>
          <div className="space-y-6">
            {offers.length > 0 && (
              <LinkPanel
                offers={offers}
                preferred={asked?.connection ?? ending?.connection ?? last}
                first={links.length === 0 && !asked}
              />
            )}
            <DirectWays offers={directOffers()} ending={ending} product={productName()} />
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
