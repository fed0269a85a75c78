import type { ConnectionBadge } from "@/lib/portals/connections";
import type { Environment } from "@/lib/portals/portal";

/** What the last real call with a link's token came to. One word each; the page turns it into a sentence. */
export type LinkStatus =
  | { state: "connected"; checkedAt: Date }
  /** Its access token has ended and will be renewed when it is needed, or the portal does not answer now: nothing to do. */
  | { state: "stale"; reason: string; checkedAt: Date }
  /** A person has to mend it: most often the member, by connecting again. */
  | { state: "broken"; reason: string; checkedAt: Date }
  | { state: "unknown" };

/** What a page may know about a link. Safe to send to a browser: it cannot hold a token. */
export type LinkedPortal = {
  id: string;
  /** The connection's id, `mlsconnect-federia`. */
  connection: string;
  badge: ConnectionBadge;
  environment: Environment;
  /** What its user, or a client, has called it. */
  label: string | null;
  member: {
    name: string | null;
    email: string | null;
    agency: string | null;
    /** How many listings there were at the last look; null where the portal does not tell. */
    listings: number | null;
  };
  /** Whether the portal says who its members are. */
  identified: boolean;
  /**
   * Why nothing can be done with it here but to unlink it: it was made in another environment than this deployment asks now, or at a
   * connection that is not configured any more. Null where it can be used.
   */
  aside: "other_environment" | "not_offered" | null;
  /** Whether its keys were pasted, and only new ones can renew it. */
  pasted: boolean;
  /** Whether it can sign its user in. */
  wayIn: boolean;
  linkedAt: Date;
  status: LinkStatus;
  /** Since when its portal has been in trouble, and is left alone by us; null where it is well. */
  troubleSince: Date | null;
  /** By when the member has to be asked again at the latest, where the portal has said so. */
  consentBy: Date | null;
  /** The systems of others that may use it. */
  clients: { id: string; name: string }[];
};
