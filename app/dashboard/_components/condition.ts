import type { LinkedPortal } from "@/lib/accounts/links/linked-portal";

/** What a link's status means to the person whose link it is. */
export type Condition = "well" | "onHold" | "needYou" | "unknown";

/** A token that has merely ended is renewed at its next use: that is well. Other doubts are the portal's, or the way's. */
export function conditionOf({ status }: Pick<LinkedPortal, "status">): Condition {
  switch (status.state) {
    case "connected":
      return "well";
    case "stale":
      return status.reason === "expired_token" ? "well" : "onHold";
    case "broken":
      return "needYou";
    case "unknown":
      return "unknown";
  }
}

const SOON_MS = 14 * 24 * 60 * 60 * 1000;

/** Whether its member has to be asked again so soon that they should know today. */
export function needsConsentSoon({ consentBy, status, aside }: LinkedPortal, now: Date): boolean {
  if (aside || status.state === "broken" || !consentBy) return false;
  return consentBy.getTime() - now.getTime() < SOON_MS;
}
