import type { Badge, Environment } from "@/lib/portals/portal";

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
  portal: Badge;
  /** The board or site, as this deployment calls it. */
  choiceLabel: string | null;
  /** What a button calls it. */
  shortName: string;
  environment: Environment;
  member: {
    name: string | null;
    email: string | null;
    agency: string | null;
    /** How many listings there were at the last look; null where the portal does not tell. */
    listings: number | null;
  };
  /** Whether the portal says who its members are. */
  identified: boolean;
  /** Made where this deployment does not ask any more: nothing can be done with it but to unlink it. */
  otherEnvironment: boolean;
  /** Whether its keys were pasted, and only new ones can renew it. */
  pasted: boolean;
  /** Whether it can sign its user in. */
  wayIn: boolean;
  linkedAt: Date;
  status: LinkStatus;
  /** By when the member has to be asked again at the latest, where the portal has said so. */
  consentBy: Date | null;
  /** The systems of others that may use it. */
  clients: { id: string; name: string }[];
};
