import type { Metadata } from "next";
import { flowResultFrom } from "@/lib/auth/flow/problems";
import { type ConnectPage, connectPageAt } from "@/lib/auth/pages/connect-session";
import { productName } from "@/lib/auth/pages/offers";
import type { Translator } from "@/lib/language/translators";
import { button } from "../../../_components/button";
import { currentViewer } from "../../../_components/current-viewer";
import { Mark } from "../../../_components/mark";
import { NothingHere, nothingHereMetadata } from "../../../_components/nothing-here";
import { Notice, titleOf } from "../../../_components/notice";
import { NoticeFrame } from "../../../_components/notice-frame";
import { AskedPortals } from "./_components/asked-portals";
import { WayBack } from "./_components/way-back";

export async function generateMetadata({
  params,
  searchParams,
}: PageProps<"/connect/s/[secret]">): Promise<Metadata> {
  const page = await connectPageAt((await params).secret);
  const robots = { index: false, follow: false };
  const { t } = await currentViewer();
  return page
    ? { title: titleOf(flowResultFrom(await searchParams), titleOn(page, t), t), robots }
    : { ...(await nothingHereMetadata()), robots };
}

/** Where a client sends its user to connect portals: who asks, for whom, what for, and how far it has got. */
export default async function ConnectSessionPage({
  params,
  searchParams,
}: PageProps<"/connect/s/[secret]">) {
  const { secret } = await params;
  const query = await searchParams;
  const page = await connectPageAt(secret);
  if (!page) return <NothingHere />;
  const viewer = await currentViewer();
  const { t } = viewer;
  const { client, door } = page;
  const result = door === "open" ? flowResultFrom(query) : null;

  return (
    <main id="content" tabIndex={-1} className="mx-auto max-w-2xl px-4 py-8 sm:py-14">
      <div className="wrap-anywhere">
        <p className="flex items-center gap-2 font-serif text-ink-soft">
          <Mark className="size-5 shrink-0 text-accent-ink" />
          {productName()}
        </p>
        <h1 className="mt-4 text-balance font-serif text-3xl tracking-tight">{titleOn(page, t)}</h1>
        <p className="mt-3 text-pretty text-ink-soft">
          {door === "open"
            ? t("connect.asks", { client, product: productName() })
            : closedWords(page, t)}
        </p>
      </div>
      {page.wayBack !== null && (
        <p className="wrap-anywhere mt-6">
          <a href={page.wayBack} className={button.primary}>
            {t("connect.back", { client })}
          </a>
        </p>
      )}
      {door === "open" && (
        <div className="mt-6 space-y-6">
          {query.cookies === "no" && (
            <NoticeFrame
              tone="care"
              title={t("connect.noCookie.title")}
              body={t("connect.noCookie.body")}
            />
          )}
          {result?.kind === "problem" && <Notice result={result} />}
          <ForWhom page={page} t={t} />
          <AskedPortals page={page} secret={secret} viewer={viewer} />
          <WayBack page={page} secret={secret} t={t} />
        </div>
      )}
    </main>
  );
}

/** Whom the client says that it is for: a person who is not that one stops here. */
function ForWhom({ page: { user, client }, t }: { page: ConnectPage; t: Translator }) {
  const who = [user.name, user.email].filter((each) => each !== null);
  if (who.length === 0) return null;
  return (
    <div className="wrap-anywhere">
      <p>
        {t.rich("connect.who", {
          name: () =>
            who.map((each, at) => (
              <span key={each}>
                {at > 0 && ", "}
                <bdi className={at === 0 ? "font-medium" : ""}>{each}</bdi>
              </span>
            )),
        })}
      </p>
      <p className="text-pretty text-ink-soft text-sm">{t("connect.notYou", { client })}</p>
    </div>
  );
}

function titleOn({ client, portals, again, door }: ConnectPage, t: Translator) {
  if (door === "elsewhere") return t("connect.elsewhere.title");
  if (door !== "open") return t("connect.over.title");
  const [only, ...more] = portals;
  if (!only || more.length > 0) return t("connect.title", { client });
  return t(again ? "connect.titleAgain" : "connect.titleOne", { client, portal: only.badge.name });
}

function closedWords({ door, client }: ConnectPage, t: Translator) {
  if (door === "elsewhere") return t("connect.elsewhere.body", { client });
  if (door === "finished" || door === "expired") return t(`connect.over.${door}`, { client });
  return t("connect.over.ended", { client });
}
