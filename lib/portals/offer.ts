import { type Connection, shortNameOf } from "./connections";
import type { Badge, Environment } from "./portal";

/** A portal as a form offers it: with the connections to pick from. Safe to send to a browser. */
export type Offer = {
  portal: Badge & { id: string; home: string };
  /** Whether it is the company's own login, and no portal. */
  isLogin: boolean;
  /** The portal's word for the choice, or null where there is none to make. */
  choiceLabel: string | null;
  options: Option[];
};

type Option = {
  connection: string;
  /** In a list of the portal's choices. */
  label: string;
  /** On a button. */
  shortName: string;
  environment: Environment;
};

/** Groups connections by portal, in the order they come. */
export function offersOf(connections: readonly Connection[]): Offer[] {
  const portals = [...new Set(connections.map(({ portal }) => portal))];
  return portals.map((portal) => ({
    portal: {
      id: portal.id,
      name: portal.name,
      monogram: portal.monogram,
      colour: portal.colour,
      home: portal.home,
    },
    isLogin: portal.signIn === "only",
    choiceLabel: portal.choice?.label ?? null,
    options: connections
      .filter((connection) => connection.portal === portal)
      .map((connection) => ({
        connection: connection.id,
        label: connection.choice?.label ?? portal.name,
        shortName: shortNameOf(connection),
        environment: connection.environment,
      })),
  }));
}
