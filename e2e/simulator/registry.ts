import type { Portal, World } from "./portal";
import { mlsConnect } from "./portals/mlsconnect";
import { production, staging } from "./portals/mlsconnect/boards";

/** Every portal there is, freshly opened: nobody logged in, nothing issued. */
export function openPortals(world: World): readonly Portal[] {
  return [mlsConnect(production, world), mlsConnect(staging, world)];
}
