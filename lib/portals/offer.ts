import {
  badgeOf,
  type Connection,
  type ConnectionBadge,
  nameOf,
  portalNameOf,
} from "./connections";
import type { ChoiceKind, Environment, Place } from "./portal";

/** What a form offers: a portal, or one of its connections, with those to pick from. Safe to send to a browser. */
export type Offer = {
  /** Of this page's offers, only this one has it. */
  id: string;
  badge: ConnectionBadge;
  home: Place;
  /** Whether it is the company's own login, and no portal. */
  isLogin: boolean;
  /** What there is to choose, or null where there is nothing. */
  choice: ChoiceKind | null;
  options: Option[];
};

type Option = {
  connection: string;
  /** In a list of the portal's choices. */
  label: string;
  /** On a button. */
  name: string;
  environment: Environment;
  /** Set where it is linked already, and stands apart from those that are not. */
  linked?: true;
};

/** Groups connections by portal, in the order they come. */
export function offersOf(connections: readonly Connection[]): Offer[] {
  const portals = [...new Set(connections.map(({ portal }) => portal))];
  return portals.map((portal) => {
    const { id, name, monogram, colour, home, signIn, choice } = portal;
    const known = portalNameOf(portal);
    return {
      ...{ id, home, isLogin: signIn === "only", choice: choice?.kind ?? null },
      badge: { name: known, group: known === name ? null : name, monogram, colour },
      options: connections.filter((each) => each.portal === portal).map(optionOf),
    };
  });
}

/** The same by the names that people know: only boards, of which there are many, stand in a list under their portal. */
export function offersByName(connections: readonly Connection[]): Offer[] {
  const portals = [...new Set(connections.map(({ portal }) => portal))];
  return portals.flatMap((portal) => {
    const those = connections.filter((each) => each.portal === portal);
    if (portal.choice === undefined || portal.choice.kind === "board") return offersOf(those);
    return those.map((connection) => ({
      ...{ id: connection.id, home: portal.home, isLogin: false, choice: null },
      badge: badgeOf(connection),
      options: [optionOf(connection)],
    }));
  });
}

function optionOf(connection: Connection): Option {
  const { id, choice, environment } = connection;
  const name = nameOf(connection);
  return { connection: id, label: choice?.label ?? name, name, environment };
}
