import { company } from "./company";
import { immoScout24 } from "./immoscout24";
import { mlsConnect } from "./mlsconnect";
import { olx } from "./olx";
import type { Portal } from "./portal";
import { spark } from "./spark";
import { sparkOAuth2 } from "./spark-oauth2";

/** Every portal, in the order of the screen. All the rest is derived from this list. */
export const portals: readonly Portal[] = [
  company,
  mlsConnect,
  spark,
  olx,
  immoScout24,
  sparkOAuth2,
];
