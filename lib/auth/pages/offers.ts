import "server-only";
import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { connections, findConnection, linkableConnections } from "@/lib/conversation/configuration";
import { settings } from "@/lib/env";
import { type Connection, nameOf, portalNameOf, scopesOf } from "@/lib/portals/connections";
import { type Offer, offersByName, offersOf } from "@/lib/portals/offer";
import type { KeysToPaste, Place } from "@/lib/portals/portal";
import type { Mode } from "../flow/problems";

/** What the sign-in page offers. */
export function signInOffers(): Offer[] {
  return offersOf(connections().filter(({ signIn }) => signIn === "offered"));
}

/** By what people come in on the sign-in page: the company's own login, portals, or both. */
export function doorsOf(offers: readonly Offer[]): "login" | "portals" | "both" {
  const login = offers.some(({ isLogin }) => isLogin);
  const portals = offers.some(({ isLogin }) => !isLogin);
  if (login && portals) return "both";
  return login ? "login" : "portals";
}

/** Portals that sign people in, but only from their own side. */
export function hiddenSignInPortals(): Offer[] {
  return offersOf(connections().filter(({ signIn }) => signIn === "hidden"));
}

/**
 * What a user can link next: connections without a link that can be used. A list of several shows those that are linked as well,
 * so that a board that is missed there is found, and one can be linked for another login.
 */
export function linkOffers(links: readonly Pick<LinkedPortal, "connection" | "aside">[]): Offer[] {
  const usable = links.filter(({ aside }) => aside === null);
  const linked = new Set(usable.map(({ connection }) => connection));
  return offersByName(linkableConnections()).flatMap((offer) => {
    const left = offer.options.filter(({ connection }) => !linked.has(connection));
    if (left.length < 2) return left.length === 0 ? [] : [{ ...offer, options: left }];
    const options = offer.options.map((option) =>
      linked.has(option.connection) ? { ...option, linked: true as const } : option,
    );
    return [{ ...offer, options }];
  });
}

/** An offer with the keys that its form asks for. */
export type KeysOffer = Offer & { keys: KeysToPaste };

/** Connections that take a member's name and password, or tokens handed out beforehand. */
export function directOffers(): { password: Offer[]; keys: KeysOffer[] } {
  return {
    password: offersOf(connections().filter(({ passwordGrant }) => passwordGrant)),
    keys: offersOf(connections()).flatMap((offer) => {
      const keys = connections().find(({ portal }) => portal.id === offer.id)?.portal.linkByKeys;
      return keys ? [{ ...offer, keys }] : [];
    }),
  };
}

/** How a connection is called in a sentence. */
export type ConnectionNames = {
  /** The name that people know. */
  name: string;
  /** Where its members find us. */
  home: Place;
  /** Whether the portal says who its members are. */
  namesMembers: boolean;
};

/** What is asked for at a connection, in the portal's own words; none where that is not known. */
export function scopesAt(id: string): string[] {
  const connection = findConnection(id);
  return connection ? scopesOf(connection) : [];
}

/** The same of several connections, alike ones together. Boards of an environment that are all asked for the same go by their portal's name. A login that says who comes in, and no more, is left out. */
export function scopesOfEach(ids: readonly string[]): { names: string[]; scopes: string[] }[] {
  const wordsOf = (connection: Connection) => scopesOf(connection).join(" ");
  const asksForNothing = (connection: Connection) =>
    connection.login !== null && wordsOf(connection) === "";
  const asked = connections().filter((each) => ids.includes(each.id) && !asksForNothing(each));
  const shownName = (connection: Connection) => {
    const { portal, environment } = connection;
    const those = asked.filter(
      (each) => each.portal === portal && each.environment === environment,
    );
    const isOne = new Set(those.map(wordsOf)).size === 1 && those.length > 1;
    return isOne && portal.choice?.kind === "board" ? portalNameOf(portal) : nameOf(connection);
  };
  return [...new Set(asked.map(wordsOf))].map((words) => {
    const those = asked.filter((each) => wordsOf(each) === words);
    return { names: [...new Set(those.map(shownName))], scopes: words.split(" ").filter(Boolean) };
  });
}

/** @returns null when this deployment knows no connection of that id */
export function connectionNames(id: string | null): ConnectionNames | null {
  const connection = id === null ? null : findConnection(id);
  if (!connection) return null;
  const { home, member } = connection.portal;
  return { name: nameOf(connection), home, namesMembers: member.identified };
}

/** How a portal is called of which no connection is known: something came back to the callback that they share. */
export function portalNames(id: string | null): ConnectionNames | null {
  const portal = connections().find((each) => each.portal.id === id)?.portal;
  if (!portal) return null;
  return { name: portalNameOf(portal), home: portal.home, namesMembers: portal.member.identified };
}

/**
 * What an answer must have been for that does not say which flow it belongs to, by the connection or portal at whose callback
 * it came; null when it can have been for a sign-in or a link.
 */
export function onlyModeAt(id: string | null): Mode | null {
  const there = connections().filter(({ id: connection, portal }) =>
    [connection, portal.id].includes(id ?? ""),
  );
  return there.length > 0 && there.every(({ signIn }) => signIn === "never") ? "link" : null;
}

/** What this deployment calls itself. */
export function productName(): string {
  return settings().productName;
}
