import type { Badge, Environment } from "@/lib/portals/portal";

/** What the last real call with a link's token came to. One word each; the page turns it into a sentence. */
export type LinkStatus =
  | { state: "connected"; checkedAt: Date }
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
  environment: Environment;
  member: { name: string | null; email: string | null; agency: string | null };
  linkedAt: Date;
  status: LinkStatus;
};
