import "server-only";
import { z } from "zod";
import type { ExpectedMember } from "@/lib/accounts/linking/expected-member";
import { connections, findConnection, linkableConnections } from "@/lib/conversation/configuration";
import type { Connection } from "@/lib/portals/connections";
import { bestMatch } from "@/lib/portals/matching";
import { offersOf } from "@/lib/portals/offer";
import type { Flow } from "../flow/flow";

/** A form's text fields by name; anything else that was sent is ignored. */
export function fieldsOf(form: unknown): Record<string, string> {
  if (!(form instanceof FormData)) return {};
  return Object.fromEntries([...form].filter(([, value]) => typeof value === "string")) as Record<
    string,
    string
  >;
}

/** An id of ours; anything else names nothing, and never reaches the database. */
const Id = z.string().regex(/^[\w-]{1,100}$/);

/** What is typed to find a choice; more than fits into the field is nothing. */
const Words = z.string().max(100).catch("");

/**
 * The connection that a form asks for, looked up among those it may ask for; null when there is none such. Words that were
 * typed to find another choice count even if the page had no time to show what they find.
 */
export function connectionFrom(form: unknown, mode: Flow["mode"]): Connection | null {
  const { connection, portal, words } = fieldsOf(form);
  const chosen = findConnection(Id.safeParse(connection).data ?? "");
  const portalId = chosen?.portal.id ?? Id.safeParse(portal).data;
  const typed = Words.parse(words);
  if (!chosen && typed.trim() === "") return null;
  const all =
    mode === "link"
      ? linkableConnections()
      : connections().filter(({ signIn }) => signIn === "offered");
  const offered = all.filter((each) => each.portal.id === portalId);
  const options = offersOf(offered).flatMap((offer) => offer.options);
  const meant = bestMatch(options, typed, chosen?.id ?? "");
  return meant ? findConnection(meant.connection) : null;
}

/** Why a form names no connection: it has a list, and nothing in it was chosen; or what it asks for is not offered. */
export function whyNone(form: unknown): "not_chosen" | "not_offered" {
  const { connection, portal } = fieldsOf(form);
  return portal !== undefined && !connection ? "not_chosen" : "not_offered";
}

/** Whose tokens a form wants linked: those of a link's member, those of yet another, or the first at a connection. */
export function expectedFrom(form: unknown): ExpectedMember {
  const { link, another } = fieldsOf(form);
  const id = Id.safeParse(link).data;
  if (id) return { who: "same", link: id };
  return another === "yes" ? { who: "another" } : { who: "first" };
}

/** The link that a form is about; an id that no link has when it names none. */
export function linkFrom(form: unknown): string {
  return Id.safeParse(fieldsOf(form).link).data ?? "";
}

/** The page that a form about a link stands on, and leads back to. */
export function pageFrom(form: unknown): "dashboard" | "link" {
  return fieldsOf(form).page === "link" ? "link" : "dashboard";
}

/** The name that a form gives a link; empty when it gives none. */
export function nameFrom(form: unknown): string {
  return fieldsOf(form).name ?? "";
}

/** The client that a form is about; an id that no client has when it names none. */
export function clientFrom(form: unknown): string {
  return Id.safeParse(fieldsOf(form).client).data ?? "";
}

/** The question that a form answers, by the reference its page showed. */
export function referenceFrom(form: unknown): string {
  return z.string().max(20).safeParse(fieldsOf(form).reference).data ?? "";
}
