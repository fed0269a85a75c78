import type { GrantServer } from "../../protocols/draft10/grant";
import type { OpenIdProvider } from "../../protocols/openid/server";
import type { SparkOptions } from "./options";

/** Both authorization servers and the API are one Spark: one store, one set of people, one set of keys. */
export type SparkServer = OpenIdProvider &
  GrantServer & {
    variant: string;
    appOrigins: readonly string[];
    options: () => SparkOptions;
  };
