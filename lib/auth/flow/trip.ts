import "server-only";
import type { Transaction } from "@/lib/db/database";
import type { Write } from "@/lib/db/together";
import type { FoundFlow } from "./flow";

/** A flow that has come back from its portal, with what completing it needs to know of the browser. */
export type Trip = {
  flow: Pick<FoundFlow, "owner" | "expected" | "returnTo" | "state" | "checks" | "connectSession">;
  /** The hash of the session that this browser came with, if it is live. */
  oldSession: string | null;
  reference: string;
  /** What else is written in the transaction that completes it. */
  alsoWrite?: readonly Write[];
  /** Done in the transaction that follows what the portal has said, however that ends. @throws {LostExchange} */
  end?: (tx: Transaction) => Promise<void>;
};
