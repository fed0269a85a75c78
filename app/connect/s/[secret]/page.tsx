import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { flowResultFrom } from "@/lib/auth/flow/problems";
import { type ConnectPage, connectPageAt } from "@/lib/auth/pages/connect-session";
import { productName } from "@/lib/auth/pages/offers";
import { connectSession as said } from "@/messages/en";
import { Notice, titleOf } from "../../../_components/notice";
import { NoticeFrame } from "../../../_components/notice-frame";
import { SubmitButton } from "../../../_components/submit-button";
import { AskedPortalCard } from "./_components/asked-portal-card";
import { returnToClient } from "./actions";

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
  const { client, door, portals, again } = page;
  const result = door === "open" ? flowResultFrom(query) : null;
  const isWaiting = portals.some(({ state }) => state === "waiting");
  const next = portals.find(({ state }) => state !== "waiting")?.connection;

  return (
    <main id="content" tabIndex={-1} className="mx-auto max-w-lg space-y-6 px-4 py-8 sm:py-16">
      <div>
        <h1 className="text-balance font-serif text-3xl tracking-tight">{titleOn(page)}</h1>
        {door === "open" && (
          <p className="mt-3 text-pretty text-ink-soft">{said.asks(client, productName())}</p>
        )}
      </div>
      {query.cookies === "no" && door === "open" && (
        <NoticeFrame tone="care" title={said.noCookie.title} body={said.noCookie.body} />
      )}
      {result && result.kind === "problem" && <Notice result={result} />}
      {door === "open" && <ForWhom page={page} />}
      {door === "open" && (
        <ul className="space-y-4">
          {portals.map((portal) => (
            <AskedPortalCard
              key={portal.connection}
              {...{ portal, secret, client, again }}
              look={!isWaiting && portal.connection === next ? "primary" : "quiet"}
            />
          ))}
        </ul>
      )}
      {door !== "open" && <p className="text-pretty">{closedWords(page)}</p>}
      {door === "open" && (
        <form action={returnToClient}>
          <input type="hidden" name="secret" value={secret} />
          <SubmitButton look={isWaiting ? "primary" : "quiet"} pendingLabel={said.pending} wide>
            {isWaiting ? said.backWith(client) : said.back(client)}
          </SubmitButton>
        </form>
      )}
    </main>
  );
}

/** Whom the client says that it is for: a person who is not that one stops here. */
function ForWhom({ page: { user, client } }: { page: ConnectPage }) {
  const who = [user.name, user.email].filter((each) => each !== null);
  return (
    <div className="rounded-2xl border border-line bg-surface px-5 py-4 sm:px-6">
      {who.length > 0 && (
        <p className="break-words">
          {said.who}{" "}
          {who.map((each, at) => (
            <span key={each}>
              {at > 0 && ", "}
              <bdi className={at === 0 ? "font-medium" : ""}>{each}</bdi>
            </span>
          ))}
          .
        </p>
      )}
      <p className="text-pretty text-ink-soft text-sm">
        {who.length > 0 && `${said.notYou(client)} `}
        {said.whoUses(client)}
      </p>
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
  return door === "finished" ? said.over.finished(client) : said.over.ended(client);
}
