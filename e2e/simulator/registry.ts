import type { Portal, Settings } from "./portal";
import { company } from "./portals/company";
import { immoScout24 } from "./portals/immoscout24";
import * as immoScout24Environments from "./portals/immoscout24/environments";
import { mlsConnect } from "./portals/mlsconnect";
import { production, staging } from "./portals/mlsconnect/boards";
import { olx } from "./portals/olx";
import { spark } from "./portals/spark";

/** All portals in their first state: no logins, no tokens. */
export function openPortals(settings: Settings): readonly Portal[] {
  return [
    mlsConnect(production, settings),
    mlsConnect(staging, settings),
    olx(settings),
    spark(settings),
    immoScout24(immoScout24Environments.production, settings),
    immoScout24(immoScout24Environments.sandbox, settings),
    company(settings),
  ];
}
