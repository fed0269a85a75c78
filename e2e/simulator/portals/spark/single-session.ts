import type { Answer } from "../../answer";
import { notFound } from "../../pages";
import type { Route } from "../../portal";
import type { TokenPair } from "../../protocols/openid/store";
import { clientsOf } from "./clients";
import { singleSessionPage } from "./pages";
import { findPerson } from "./people";
import type { SparkServer } from "./spark-server";

/**
 * "Some developers will have a single session OAuth 2 key with an access_token and refresh_token already
 * provided to them": the page shows Sina Single's, the same ones until the next reset.
 */
export function singleSessionRoutes(spark: SparkServer): readonly Route[] {
  const person = findPerson("Sina Single");
  const [client] = clientsOf("spark-oauth2-private", spark.appOrigins);
  let pair: TokenPair | null = null;

  function show(): Answer {
    if (!person || !client) return notFound("There is no single session key.");
    const family = { client, subject: person.sub, revoked: false };
    pair ??= spark.store.issueTokens(family, spark.lifetimeOf(person.sub));
    return singleSessionPage(person, pair);
  }

  return [{ method: "GET", path: "/single-session", answer: show }];
}
