import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { groupBy } from "../../_components/group-by";
import { handOver } from "../../_components/hand-over";
import { since } from "../../_components/moments";
import type { Viewer } from "../../_components/viewer";
import { BadgeSprite } from "./badge-sprite";
import { type GroupName, groupsOf } from "./link-groups";
import { Rows } from "./link-row";
import { LinkRows, type RowList } from "./link-rows";
import { stateWords } from "./link-words";
import { positionsOf } from "./position";
import { StillRows } from "./still-rows";

type Props = {
  /** Those that are shown; `all` tells which read alike. */
  links: LinkedPortal[];
  all: LinkedPortal[];
  /** Whether nothing else on the page is its one primary button. */
  isFirst: boolean;
  now: Date;
  viewer: Viewer;
};

/** The links, what needs their user first. */
export function LinkedPortals({ links, all, isFirst, now, viewer }: Props) {
  const positions = positionsOf(all);
  const groups = groupsOf(links, now);
  const inNeed = groups.find(({ name }) => name === "needsYou")?.links[0];
  const listOf = (those: LinkedPortal[], group: GroupName, isExplained: boolean): RowList => {
    const list = new Rows();
    const rows = those.map((link) => {
      const look = isFirst && link === inNeed ? "primary" : "quiet";
      const action = hasButtons(group) ? look : null;
      const position = positions.get(link.id) ?? null;
      return list.rowOf(link, { position, action, isExplained, now, viewer });
    });
    return { rows, shared: list.shared() };
  };
  return (
    <>
      <BadgeSprite links={links} />
      {groups.map(({ name, links: those }) => (
        <section key={name} aria-labelledby={`group-${name}`} className="mt-6 space-y-3">
          <h3 id={`group-${name}`} className="mb-2 scroll-mt-4 font-semibold text-ink-soft text-sm">
            {viewer.t(`dashboard.groups.${name}`)}
          </h3>
          {[...explained(those, name, now, viewer)].map(([sentence, some]) => (
            <div key={sentence}>
              {sentence && <p className="mb-2 text-pretty text-sm">{sentence}</p>}
              <List list={listOf(some, name, sentence !== "")} isStill={!hasButtons(name)} />
            </div>
          ))}
        </section>
      ))}
    </>
  );
}

/** Only there is something to do at once. */
function hasButtons(group: GroupName) {
  return group === "needsYou";
}

/** Rows without buttons need no script, and so no data beside their markup. */
async function List({ list, isStill }: { list: RowList; isStill: boolean }) {
  return isStill ? <StillRows rows={await handOver(list)} /> : <LinkRows {...list} />;
}

/** What is true of several links is said once, above them: a portal's trouble, or that it is not offered any more. */
function explained(links: LinkedPortal[], group: GroupName, now: Date, viewer: Viewer) {
  const portals = groupBy(links, portalInTrouble);
  return groupBy(links, (link) => {
    if (group === "notInUse") return stateWords(link, now, viewer).sentence ?? "";
    if (group !== "waiting" || !link.troubleSince) return "";
    const portal = nameOfAll(portals.get(portalInTrouble(link)) ?? [link], link);
    return viewer.t("dashboard.trouble", { portal, time: since(link.troubleSince, now, viewer) });
  });
}

/** The same for all links that wait for the same: boards and sites of a portal are in trouble together, where they are. */
function portalInTrouble({ badge, environment, troubleSince }: LinkedPortal) {
  return JSON.stringify([badge.group ?? badge.name, environment, troubleSince]);
}

/** A board's or site's own name, where it is the only one; else that of their portal. */
function nameOfAll(links: readonly LinkedPortal[], { badge }: LinkedPortal) {
  return links.every((link) => link.badge.name === badge.name)
    ? badge.name
    : (badge.group ?? badge.name);
}
