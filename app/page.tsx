import { redirect } from "next/navigation";
import { doorsOf, productName, signInOffers } from "@/lib/auth/pages/offers";
import { currentUserIfKnown } from "@/lib/auth/session/current-user";
import type { Translator } from "@/lib/language/translators";
import { button } from "./_components/button";
import { currentViewer } from "./_components/current-viewer";
import { Column, Pediment, Steps } from "./_components/facade";
import { SiteHeader } from "./_components/site-header";

export default async function HomePage() {
  if (await currentUserIfKnown()) redirect("/dashboard");
  const { t } = await currentViewer();
  const doors = doorsOf(signInOffers());
  return (
    <>
      <SiteHeader product={productName()} t={t} />
      <main id="content" tabIndex={-1} className="mx-auto max-w-5xl px-4 sm:px-8">
        <div className="mx-auto max-w-2xl py-16 text-center sm:py-24">
          <h1 className="text-balance font-serif text-4xl leading-tight tracking-tight sm:text-5xl sm:leading-tight">
            {t("home.title")}
          </h1>
          <p className="mx-auto mt-6 max-w-xl text-pretty text-ink-soft text-lg leading-relaxed">
            {t("home.introduction", { doors })}
          </p>
          <p className="mt-10">
            <a href="/sign-in" className={`${button.primary} min-w-44 px-8`}>
              {t("home.signIn")}
            </a>
          </p>
        </div>
        <section aria-label={t("home.factsLabel")} className="mb-16 px-4 sm:mb-24">
          <Facts doors={doors} t={t} />
        </section>
      </main>
    </>
  );
}

/** What there is to know stands between the columns. */
function Facts({ doors, t }: { doors: string; t: Translator }) {
  return (
    <>
      <Pediment />
      <div className="-mt-px h-4 border border-stone" aria-hidden="true" />
      <div className="md:grid md:grid-cols-[auto_repeat(3,minmax(0,1fr))]">
        <Column className="hidden md:flex" />
        {(["noPassword", "once", "plain"] as const).map((fact) => (
          <Bay
            key={fact}
            title={t(`home.facts.${fact}.title`)}
            body={t(`home.facts.${fact}.body`, { doors })}
          />
        ))}
      </div>
      <Steps />
    </>
  );
}

function Bay({ title, body }: { title: string; body: string }) {
  return (
    <div className="md:flex">
      <div className="flex-1 px-2 py-6 md:px-6 md:py-12">
        <h2 className="font-serif text-xl">{title}</h2>
        <p className="mt-2 text-ink-soft">{body}</p>
      </div>
      <Column className="hidden md:flex" />
    </div>
  );
}
