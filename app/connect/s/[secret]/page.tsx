import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { flowResultFrom } from "@/lib/auth/flow/problems";
import { type ConnectPage, connectPageAt } from "@/lib/auth/pages/connect-session";
import { productName } from "@/lib/auth/pages/offers";
import { connectSession as said } from "@/messages/en";
import { button } from "../../../_components/button";
import { Mark } from "../../../_components/mark";
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
  return page ? { title: titleOf(flowResultFrom(await searchParams), titleOn(page)), robots } : {};
}

/** Where a client sends its user to connect portals: who asks, for whom, what for, and how far it has got. */
export default async function ConnectSessionPage({
  params,
  searchParams,
}: PageProps<"/connect/s/[secret]">) {
  const { secret } = await params;
  const query = await searchParams;
  const page = await connectPageAt(secret);
  if (!page) notFound();
  const { client, door } = page;
  const result = door === "open" ? flowResultFrom(query) : null;

  return (
    <main id="content" tabIndex={-1} className="mx-auto max-w-2xl px-4 py-8 sm:py-14">
      <div className="wrap-anywhere">
        <p className="flex items-center gap-2 font-serif text-ink-soft">
          <Mark className="size-5 shrink-0 text-accent-ink" />
          {productName()}
        </p>
        <h1 className="mt-4 text-balance font-serif text-3xl tracking-tight">{titleOn(page)}</h1>
        <p className="mt-3 text-pretty text-ink-soft">
          {door === "open" ? said.asks(client, productName()) : closedWords(page)}
        </p>
      </div>
      {page.wayBack !== null && (
        <p className="mt-6">
          <a href={page.wayBack} className={button.primary}>
            {said.back(client)}
          </a>
        </p>
      )}
      {door === "open" && (
        <div className="mt-6 space-y-6">
          {query.cookies === "no" && (
            <NoticeFrame tone="care" title={said.noCookie.title} body={said.noCookie.body} />
          )}
          {result?.kind === "problem" && <Notice result={result} />}
          <ForWhom page={page} />
          <AskedPortals page={page} secret={secret} />
          <WayBack page={page} secret={secret} />
        </div>
      )}
    </main>
  );
}

/** Whom the client says that it is for: a person who is not that one stops here. */
function ForWhom({ page: { user, client } }: { page: ConnectPage }) {
  const who = [user.name, user.email].filter((each) => each !== null);
  if (who.length === 0) return null;
  return (
    <div className="wrap-anywhere">
      <p>
        {said.who}{" "}
        {who.map((each, at) => (
          <span key={each}>
            {at > 0 && ", "}
            <bdi className={at === 0 ? "font-medium" : ""}>{each}</bdi>
          </span>
        ))}
        .
      </p>
      <p className="text-pretty text-ink-soft text-sm">{said.notYou(client)}</p>
    </div>
  );
}

function titleOn({ client, portals, again, door }: ConnectPage) {
  if (door === "elsewhere") return said.elsewhere.title;
  if (door !== "open") return said.over.title;
  const [only, ...more] = portals;
  if (!only || more.length > 0) return said.title(client);
  return (again ? said.titleAgain : said.titleOne)(client, only.shortName);
}

function closedWords({ door, client }: ConnectPage) {
  if (door === "elsewhere") return said.elsewhere.body(client);
  if (door === "finished") return said.over.finished(client);
  return (door === "expired" ? said.over.expired : said.over.ended)(client);
}
