import type { Application } from "./applications";
import type { OlxOptions } from "./options";
import type { Store } from "./store";

/** What every host of OLX's knows. */
export type Olx = {
  store: Store;
  applications: readonly Application[];
  options: () => OlxOptions;
  variant: string;
};
