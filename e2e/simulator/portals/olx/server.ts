import type { Application } from "./applications";
import type { OlxOptions } from "./options";
import type { Store } from "./store";

/** Shared by all hosts of OLX. */
export type Olx = {
  store: Store;
  applications: readonly Application[];
  options: () => OlxOptions;
  variant: string;
};
