import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { currentUserIfKnown } from "@/lib/auth/current-user";
import { lastConnection } from "@/lib/auth/last-connection";
import { hiddenSignInPortals, productName, signInOffers } from "@/lib/auth/offers";
import { endingFrom, pathWith } from "@/lib/auth/problems";
import { signIn } from "@/messages/en";
import { Notice, titleOf } from "../_components/notice";
import { StartAgain } from "../_components/start-again";
import { HiddenPortalHint } from "./_components/hidden-portal-hint";
import { SignInCard } from "./_components/sign-in-card";
import { SignInFacade } from "./_components/sign-in-facade";
import { signInWith } from "./actions";

export async function generateMetadata({ searchParams }: PageProps<"/sign-in">): Promise<Metadata> {
  return { title: titleOf(endingFrom(await searchParams), signIn.title) };
}

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const ending = endingFrom(await searchParams);
  if (await currentUserIfKnown()) redirect(ending ? pathWith("/dashboard", ending) : "/dashboard");

  const product = productName();
  const offers = signInOffers();
  const offered = new Set(offers.map(({ portal }) => portal.id));
  const hidden = hiddenSignInPortals().filter(({ id }) => !offered.has(id));
  const connections = offers.flatMap(({ options }) => options.map(({ connection }) => connection));
  const again = connections.find((connection) => connection === ending?.connection);
  const preferred = ending?.connection ?? (await lastConnection());

  return (
    <SignInFacade product={product}>
      <div className="text-center">
        <h1 className="font-serif text-3xl tracking-tight">{signIn.title}</h1>
        {offers.length > 0 && (
          <p className="mt-2 text-balance text-ink-soft">{signIn.introduction}</p>
        )}
      </div>
      {ending && (
        <Notice ending={ending}>
          {ending.kind === "problem" && again && (
            <StartAgain connection={again} action={signInWith} />
          )}
        </Notice>
      )}
      {offers.map((offer) => (
        <SignInCard key={offer.portal.id} offer={offer} preferred={preferred} />
      ))}
      {hidden.map((portal) => (
        <HiddenPortalHint key={portal.id} portal={portal} product={product} />
      ))}
      {offers.length > 0 && (
        <p className="text-center text-ink-soft text-sm">{signIn.trust(product)}</p>
      )}
      {offers.length + hidden.length === 0 && (
        <p className="text-center">
          {signIn.nothing} {signIn.nothingNext}
        </p>
      )}
    </SignInFacade>
  );
}
