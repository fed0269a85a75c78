import { mlsConnect } from "./mlsconnect";
import type { Portal } from "./portal";

/** Every portal, in the order of the screen. All the rest is derived from this list. */
export const portals: readonly Portal[] = [mlsConnect];
