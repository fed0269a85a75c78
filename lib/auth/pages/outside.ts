import "server-only";
import { settings } from "@/lib/env";

/** The operator's own addresses that every page leads to; null where there is none. */
export function outsidePages() {
  return settings().outside;
}

/**
 * Where people write to when something is for their administrator to mend, with what they write about prepared.
 * @param about the reference, and the words for a letter's subject
 * @returns null where the operator has not said
 */
export function supportAddress(about: { reference: string; subject: string } | null) {
  const { support } = settings().outside;
  if (support === null || about === null) return support;
  if (support.startsWith("mailto:"))
    return `${support}?subject=${encodeURIComponent(about.subject)}`;
  const address = new URL(support);
  address.searchParams.set("reference", about.reference);
  return address.href;
}
