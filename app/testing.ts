import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";
import { translatorOf } from "@/lib/language/translators";
import type { Viewer } from "./_components/viewer";

/** A reader of English in Brussels, or as told. */
export function aViewer(changes: Partial<Viewer> = {}): Viewer {
  const language = changes.language ?? "en";
  return {
    language,
    locale: "en-GB",
    timeZone: "Europe/Brussels",
    t: translatorOf(language),
    ...changes,
  };
}

const linkedAt = new Date("2026-11-01T09:00:00Z");

/** A link that works, or as told. */
export function aLink(changes: Partial<LinkedPortal> = {}): LinkedPortal {
  return {
    id: "a1",
    connection: "casa-lisboa",
    badge: { name: "Lisboa", group: "Casa", monogram: "CA", colour: "#1d4f91" },
    environment: "production",
    label: null,
    member: { name: null, email: null, agency: null, listings: null },
    identified: true,
    aside: null,
    pasted: false,
    wayIn: true,
    linkedAt,
    status: { state: "connected", checkedAt: linkedAt },
    troubleSince: null,
    consentBy: null,
    clients: [],
    ...changes,
  };
}
