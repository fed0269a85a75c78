import type { Portal, World } from "./portal";
import { immoScout24 } from "./portals/immoscout24";
import * as scout from "./portals/immoscout24/environments";
import { mlsConnect } from "./portals/mlsconnect";
import { production, staging } from "./portals/mlsconnect/boards";
import { olx } from "./portals/olx";
import { spark } from "./portals/spark";

/** Every portal there is, freshly opened: nobody logged in, nothing issued. */
export function openPortals(world: World): readonly Portal[] {
  return [
    mlsConnect(production, world),
    mlsConnect(staging, world),
    olx(world),
    spark(world),
    immoScout24(scout.production, world),
    immoScout24(scout.sandbox, world),
  ];
}
