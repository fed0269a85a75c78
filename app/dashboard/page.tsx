import type { Metadata } from "next";
import { cookies, headers } from "next/headers";
import { linkedPortals } from "@/lib/accounts/links";
import { requireUser } from "@/lib/auth/current-user";
import { lastConnection } from "@/lib/auth/last-connection";
import { linkOffers, productName } from "@/lib/auth/offers";
import { endingFrom } from "@/lib/auth/problems";
import { dashboard } from "@/messages/en";
import { Notice, titleOf } from "../_components/notice";
import { englishFrom, TIME_ZONE_COOKIE, timeZoneFrom } from "../_components/reader";
import { SiteHeader } from "../_components/site-header";
import { StartAgain } from "../_components/start-again";
import { SubmitButton } from "../_components/submit-button";
import { signInWith } from "../sign-in/actions";
import { LinkPortalForm } from "./_components/link-portal-form";
import { LinkedPortals } from "./_components/linked-portals";
import { WhoIsHere } from "./_components/who-is-here";
import { linkPortal, signOutHere } from "./actions";

export async function generateMetadata({
  searchParams,
}: PageProps<"/dashboard">): Promise<Metadata> {
  return { title: titleOf(endingFrom(await searchParams), dashboard.title) };
}

export default async function DashboardPage({ searchParams }: PageProps<"/dashboard">) {
  const user = await requireUser();
  const ending = endingFrom(await searchParams);
  const links = await linkedPortals(user);
  const offers = linkOffers(links);
  const last = await lastConnection();
  const reader = {
    locale: englishFrom((await headers()).get("accept-language")),
    timeZone: timeZoneFrom((await cookies()).get(TIME_ZONE_COOKIE)?.value),
  };
  const startable = [
    ...links.map(({ connection }) => connection),
    ...offers.flatMap(({ options }) => options.map(({ connection }) => connection)),
  ];
  const again = startable.find((connection) => connection === ending?.connection);

  return (
    <>
      <SiteHeader product={productName()}>
        <form action={signOutHere}>
          <SubmitButton look="quiet" pendingLabel={dashboard.signingOut}>
            {dashboard.signOut}
          </SubmitButton>
        </form>
      </SiteHeader>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto max-w-5xl space-y-8 px-4 py-8 sm:px-8 sm:py-12"
      >
        <div>
          <h1 className="font-serif text-3xl tracking-tight sm:text-4xl">{dashboard.title}</h1>
          <WhoIsHere user={user} links={links} last={last} />
        </div>
        {ending && (
          <Notice ending={ending}>
            {ending.kind === "problem" && again && (
              <StartAgain
                connection={again}
                action={ending.mode === "signin" ? signInWith : linkPortal}
              />
            )}
          </Notice>
        )}
        <div className="grid grid-cols-1 items-start gap-x-10 gap-y-12 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <LinkedPortals
            links={links}
            now={new Date()}
            reader={reader}
            linkable={offers.length > 0}
          />
          {offers.length > 0 && (
            <section aria-labelledby="link-another">
              <h2 id="link-another" className="font-semibold text-lg">
                {links.length > 0 ? dashboard.linkAnother : dashboard.linkFirst}
              </h2>
              <div className="mt-4 space-y-4">
                {offers.map((offer) => (
                  <LinkPortalForm
                    key={offer.portal.id}
                    offer={offer}
                    preferred={ending?.connection ?? last}
                    look={links.length > 0 ? "quiet" : "primary"}
                  />
                ))}
              </div>
            </section>
          )}
        </div>
      </main>
    </>
  );
}
