import type { GrantServer } from "../../protocols/draft10/grant";
import type { OpenIdProvider } from "../../protocols/openid/server";
import type { SparkOptions } from "./options";

/** Shared by both authorization servers and the API: one store, the same people, the same keys. */
export type SparkServer = OpenIdProvider &
  GrantServer & {
    variant: string;
    appOrigins: readonly string[];
    options: () => SparkOptions;
  };
