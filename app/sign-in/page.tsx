import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { type FlowResult, flowResultFrom, pathWith } from "@/lib/auth/flow/problems";
import { connectIn, dashboardFor } from "@/lib/auth/flow/return-path";
import { hasDoor } from "@/lib/auth/pages/connect-session";
import { doorsOf, hiddenSignInPortals, productName, signInOffers } from "@/lib/auth/pages/offers";
import { currentUserIfKnown } from "@/lib/auth/session/current-user";
import { lastConnection } from "@/lib/auth/session/last-connection";
import { logoutOffer } from "@/lib/auth/trip/single-logout";
import type { Translator } from "@/lib/language/translators";
import type { Offer } from "@/lib/portals/offer";
import { Asked } from "../_components/asked";
import { currentViewer } from "../_components/current-viewer";
import { namesOf } from "../_components/names";
import { Notice, titleOf } from "../_components/notice";
import { NoticeFrame } from "../_components/notice-frame";
import { StartAgain } from "../_components/start-again";
import { TellAdministrator } from "../_components/tell-administrator";
import { HiddenPortalHint } from "./_components/hidden-portal-hint";
import { SignInCard } from "./_components/sign-in-card";
import { SignInFacade } from "./_components/sign-in-facade";
import { SignOutThere } from "./_components/sign-out-there";
import { signInWith } from "./actions";

export async function generateMetadata({ searchParams }: PageProps<"/sign-in">): Promise<Metadata> {
  const { t } = await currentViewer();
  return { title: titleOf(flowResultFrom(await searchParams), t("signIn.title"), t) };
}

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const query = await searchParams;
  const result = flowResultFrom(query);
  const connect = connectIn(query);
  const inside = dashboardFor(connect);
  if (await currentUserIfKnown()) redirect(result ? pathWith(inside, result) : inside);

  const viewer = await currentViewer();
  const { t } = viewer;
  const product = productName();
  const stillThere = isLeaving(result) ? ((await logoutOffer())?.connection ?? null) : null;
  const all = signInOffers();
  const connections = all.flatMap(({ options }) => options.map(({ connection }) => connection));
  const again = connections.find((connection) => connection === result?.connection);
  const preferred = again ?? (await lastConnection());
  const offers = lastUsedFirst(all, preferred);
  const doors = doorsOf(offers);
  const isDoor = offers.length === 0 && (await hasDoor());
  const offered = new Set(offers.map(({ id }) => id));
  const hidden = hiddenSignInPortals().filter(({ id }) => !offered.has(id));

  return (
    <SignInFacade product={product} t={t}>
      <div className="text-center">
        <h1 className="font-serif text-3xl tracking-tight">{t("signIn.title")}</h1>
        {offers.length > 0 && (
          <p className="mt-2 text-balance text-ink-soft">{t("signIn.introduction", { doors })}</p>
        )}
      </div>
      {result && (
        <Notice result={result}>
          {result.kind === "problem" && again && (
            <StartAgain connection={again} connect={connect} action={signInWith} t={t} />
          )}
          {stillThere && <SignOutThere portal={namesOf(stillThere, t).portal} t={t} />}
        </Notice>
      )}
      {connect && !result && <AskedFor connect={connect} t={t} />}
      {offers.map((offer, index) => (
        <SignInCard
          key={offer.id}
          viewer={viewer}
          offer={offer}
          connect={connect}
          preferred={preferred}
          look={index === 0 ? "primary" : "quiet"}
        />
      ))}
      {hidden.map((offer) => (
        <HiddenPortalHint key={offer.id} offer={offer} product={product} t={t} />
      ))}
      {offers.length > 0 && (
        <p className="text-balance text-center text-ink-soft text-sm">
          {t("signIn.trust", { doors, product })}
        </p>
      )}
      {offers.length > 0 && (
        <Asked summary={t("signIn.asked")} connections={connections} viewer={viewer}>
          {doors !== "login" && <p>{t("link.before.clients")}</p>}
        </Asked>
      )}
      {offers.length + hidden.length === 0 && (
        <div className="space-y-4 text-center">
          <p>{isDoor ? t("signIn.fromElsewhere") : t("signIn.nothing")}</p>
          {!isDoor && <TellAdministrator reference={null} t={t} />}
        </div>
      )}
    </SignInFacade>
  );
}

/** What the person was sent here to connect. */
function AskedFor({ connect, t }: { connect: string; t: Translator }) {
  const names = namesOf(connect, t);
  return (
    <NoticeFrame
      tone="invite"
      title={t("asked.signIn.title", names)}
      body={t("asked.signIn.body")}
    />
  );
}

/** Whether a user has just signed out here, and not on the portal's own page. */
function isLeaving(result: FlowResult | null) {
  if (result?.kind !== "success" || result.connection !== null) return false;
  return result.success === "signed_out" || result.success === "account_deleted";
}

/** Most people come back through the portal they used last; it gets the page's one primary button. */
function lastUsedFirst(offers: Offer[], preferred: string | null) {
  const used = ({ options }: Offer) => options.some(({ connection }) => connection === preferred);
  return offers.toSorted((one, other) => Number(used(other)) - Number(used(one)));
}
