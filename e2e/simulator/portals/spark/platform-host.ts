import type { Route } from "../../portal";
import { AuthorizationPages } from "./authorization-pages";
import { oauth2Routes } from "./oauth2-routes";
import { openIdRoutes } from "./openid-routes";
import { personalAccessTokenRoutes } from "./personal-access-token";
import { singleSessionRoutes } from "./single-session";
import type { SparkServer } from "./spark-server";

/** The host for a person's browser, and for OpenID calls of an app's server. */
export function platformHostRoutes(spark: SparkServer): readonly Route[] {
  const pages = new AuthorizationPages(spark);
  return [
    ...openIdRoutes(spark, pages),
    ...oauth2Routes(spark, pages),
    ...pages.routes(),
    ...singleSessionRoutes(spark),
    ...personalAccessTokenRoutes(spark, pages),
  ];
}
