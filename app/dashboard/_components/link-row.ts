import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { exactly } from "../../_components/exact-time";
import { ago } from "../../_components/moments";
import type { Viewer } from "../../_components/viewer";
import { badgeId } from "./badge-sprite";
import type { Row, Shared } from "./link-rows";
import { stateWords, whoIsIt } from "./link-words";
import type { Position } from "./position";
import { reconnectWords } from "./reconnect-words";

type Options = {
  position: Position | null;
  /** How its one action looks; null where there is none but to open it. */
  action: "primary" | "quiet" | null;
  /** Whether a sentence above says it for all. */
  isExplained: boolean;
  now: Date;
  viewer: Viewer;
};

/** More would make a line of a name. */
const MOST_FACTS = 2;

/** Rows, and what they have in common. */
export class Rows {
  readonly #portals = new Places<Shared["portals"][number]>();
  readonly #states = new Places<Shared["states"][number]>();

  /** After the last row. */
  shared(): Shared {
    return { portals: this.#portals.all, states: this.#states.all };
  }

  /** A link as its row shows it. */
  rowOf(link: LinkedPortal, { position, action, isExplained, now, viewer }: Options): Row {
    const { t } = viewer;
    const { sign, look, word, sentence, at } = stateWords(link, now, viewer);
    const isTold = sentence !== null && !isExplained && sign !== "resting";
    const { name, group } = link.badge;
    return {
      id: link.id,
      portal: this.#portals.of(`${link.connection} ${link.environment}`, () => ({
        ...{ badge: badgeId(link.badge), name, group },
        environment:
          link.environment === "production" ? null : t(`site.environments.${link.environment}`),
      })),
      state: this.#states.of(`${sign} ${word}`, () => ({ sign, look, word })),
      who: whoIsIt(link, position, viewer).slice(0, MOST_FACTS).join(" · "),
      ...(at && {
        when: [t("link.checkedAgo", { ago: ago(at, now, viewer) }), exactly(at, viewer)] as const,
      }),
      ...(isTold && { told: sentence }),
      ...(action && { action: reconnectWords(link, action, t) }),
    };
  }
}

/** Things that are each kept once, and known by their place. */
class Places<Thing> {
  readonly all: Thing[] = [];
  readonly #known = new Map<string, number>();

  of(name: string, make: () => Thing): number {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const place = this.all.push(make()) - 1;
    this.#known.set(name, place);
    return place;
  }
}
