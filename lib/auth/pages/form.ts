import "server-only";
import { z } from "zod";
import type { ExpectedMember } from "@/lib/accounts/linking/expected-member";
import { findConnection } from "@/lib/conversation/configuration";
import type { Connection } from "@/lib/portals/connections";
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

/** The connection that a form asks for, looked up among those it may ask for; null when there is none such. */
export function connectionFrom(form: unknown, mode: Flow["mode"]): Connection | null {
  const id = Id.safeParse(fieldsOf(form).connection).data;
  const connection = id ? findConnection(id) : null;
  if (mode === "signin" && connection?.signIn !== "offered") return null;
  return connection;
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

/** The question that a form answers, by the reference its page showed. */
export function referenceFrom(form: unknown): string {
  return z.string().max(20).safeParse(fieldsOf(form).reference).data ?? "";
}
