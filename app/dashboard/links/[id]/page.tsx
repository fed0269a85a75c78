import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { activityOf } from "@/lib/accounts/audit";
import { lastUses } from "@/lib/accounts/links/link-use";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { type FlowResult, flowResultFrom, pathWith } from "@/lib/auth/flow/problems";
import { linkOffers, scopesAt } from "@/lib/auth/pages/offers";
import { listFormat } from "@/lib/language/formats";
import { button } from "../../../_components/button";
import { currentViewer } from "../../../_components/current-viewer";
import { EnvironmentChip } from "../../../_components/environment-chip";
import { Monogram } from "../../../_components/monogram";
import { NothingHere, nothingHereMetadata } from "../../../_components/nothing-here";
import { Notice, titleOf } from "../../../_components/notice";
import type { Viewer } from "../../../_components/viewer";
import { CheckNotice } from "../../_components/check-notice";
import { CheckOne } from "../../_components/check-one";
import { DashboardHeader } from "../../_components/dashboard-header";
import { whoIsIt } from "../../_components/link-words";
import { NameForm } from "../../_components/name-form";
import { NextStep } from "../../_components/next-step";
import { positionsOf } from "../../_components/position";
import { Reconnect } from "../../_components/reconnect";
import { Clients } from "./clients";
import { History } from "./history";
import { LinkAnotherLogin } from "./link-another-login";
import { ownLink } from "./own-link";
import { Permissions } from "./permissions";
import { Section } from "./section";
import { State } from "./state";
import { Times } from "./times";

type Props = PageProps<"/dashboard/links/[id]">;

/** So much of its history stands on a link's own page. */
const LATEST = 8;

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const own = await ownLink((await params).id);
  if (!own) return nothingHereMetadata();
  const { link } = own;
  const { t } = await currentViewer();
  const name = link.label ? `${link.badge.name}, ${link.label}` : link.badge.name;
  return { title: titleOf(flowResultFrom(await searchParams), name, t) };
}

/** Everything about one link: how it is, what can be done with it, who may use it, and what has happened to it. */
export default async function LinkPage({ params, searchParams }: Props) {
  const own = await ownLink((await params).id);
  const result = flowResultFrom(await searchParams);
  if (!own && result) return redirect(pathWith("/dashboard", result)); // what was done to it is still told
  if (!own) return <NothingHere />;
  const { user, link, links } = own;
  const viewer = await currentViewer();
  const { t } = viewer;
  const now = new Date();
  const { activities } = await activityOf(user, { limit: LATEST, filter: { link: link.id } });
  const uses = await lastUses(user, link.id);

  return (
    <>
      <DashboardHeader />
      <main id="content" tabIndex={-1} className="mx-auto max-w-5xl px-4 py-6 sm:px-8 sm:py-10">
        <p>
          <a href="/dashboard" className={`${button.plain} -ml-3`}>
            {t("link.page.back")}
          </a>
        </p>
        <Heading
          link={link}
          who={whoIsIt(link, positionsOf(links).get(link.id) ?? null, viewer)}
          viewer={viewer}
        />
        {result && (
          <div className="mt-6">
            <ResultNotice result={result} link={link} links={links} viewer={viewer} />
          </div>
        )}
        <div className="mt-6 grid grid-cols-1 items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_22rem]">
          <div className="min-w-0 space-y-8">
            <Section id="state" title={t("link.page.state")}>
              <State link={link} now={now} viewer={viewer} />
              <Actions link={link} viewer={viewer} />
            </Section>
            <Section id="history" title={t("link.page.history")}>
              <History activities={activities} link={link} now={now} viewer={viewer} />
            </Section>
          </div>
          <div className="min-w-0 space-y-8">
            <Section id="name" title={t("link.page.nameTitle")}>
              <NameForm link={link} t={t} />
            </Section>
            <Section id="clients" title={t("link.page.clients")}>
              <Clients link={link} uses={uses} now={now} viewer={viewer} />
            </Section>
            <Permissions link={link} scopes={scopesAt(link.connection)} t={t} />
            <Section id="times" title={t("link.page.times")}>
              <Times link={link} viewer={viewer} />
            </Section>
          </div>
        </div>
      </main>
    </>
  );
}

type ResultProps = {
  result: FlowResult;
  link: LinkedPortal;
  links: LinkedPortal[];
  viewer: Viewer;
};

/** How something ended that was asked on this page: of a check, what has come of it for this link. */
function ResultNotice({ result, link, links, viewer }: ResultProps) {
  if (result.kind === "success" && result.success === "checked") {
    return <CheckNotice links={[link]} connection={null} viewer={viewer} />;
  }
  return (
    <Notice result={result}>
      <NextStep
        {...{ result, links }}
        question={null}
        again={null}
        linkable={linkOffers(links).length > 0}
        t={viewer.t}
      />
    </Notice>
  );
}

type HeadingProps = { link: LinkedPortal; who: string[]; viewer: Viewer };

function Heading({ link: { id, badge, environment }, who, viewer: { t } }: HeadingProps) {
  return (
    <div className="mt-2 flex items-center gap-4">
      <Monogram badge={badge} />
      <div className="wrap-anywhere min-w-0">
        <h1 id={`link-${id}`} className="font-serif text-3xl tracking-tight">
          {badge.name}
        </h1>
        <p className="flex flex-wrap items-center gap-x-2 text-ink-soft">
          <bdi>{[...who, badge.group].filter(Boolean).join(" · ")}</bdi>
          <EnvironmentChip environment={environment} t={t} />
        </p>
      </div>
    </div>
  );
}

/** What can be done with the link. Only what its state asks for looks like the thing to do. */
function Actions({ link, viewer }: { link: LinkedPortal; viewer: Viewer }) {
  const { t } = viewer;
  const isBroken = link.status.state === "broken";
  return (
    <>
      <div className="mt-4 flex flex-wrap gap-3">
        {!link.aside && <Reconnect link={link} look={isBroken ? "primary" : "quiet"} t={t} />}
        {!link.aside && <CheckOne link={link} page="link" t={t} />}
        {!link.aside && <LinkAnotherLogin link={link} t={t} />}
        <a href={`/dashboard/links/${link.id}/unlink`} className={button.quiet}>
          {t("link.page.unlink", { portal: link.badge.name })}
        </a>
      </div>
      {!link.aside && !link.pasted && <BeforeReconnecting link={link} viewer={viewer} />}
    </>
  );
}

/** What the portal will ask, in its own words where they are known, and who can use what is agreed to. */
function BeforeReconnecting({
  link,
  viewer: { locale, t },
}: {
  link: LinkedPortal;
  viewer: Viewer;
}) {
  const permissions = scopesAt(link.connection).join(", ");
  const known = permissions === "" ? "no" : "yes";
  const clients = listFormat(locale).format(link.clients.map(({ name }) => name));
  const others = link.clients.length === 0 ? "no" : "some";
  return (
    <p className="wrap-anywhere mt-3 text-pretty text-ink-soft text-sm">
      {t("link.page.asksAgain", { portal: link.badge.name, known, permissions })}{" "}
      {t("link.page.users", { others, clients })}
    </p>
  );
}
