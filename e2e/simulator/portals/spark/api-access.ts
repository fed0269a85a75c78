import type { Answer } from "../../answer";
import type { AccessToken } from "../../protocols/openid/store";
import type { PortalRequest } from "../../request";
import { expired, failure } from "./api-answers";
import type { SparkServer } from "./spark-server";

/** Who may call the Spark API. */

/** What every call has to say about its sender, with a token or without. */
export function missingHeader({ headers }: PortalRequest, { options }: SparkServer): Answer | null {
  if (options().requireSparkUserAgent && !headers["x-sparkapi-user-agent"]) return failure(1016);
  return headers.accept ? null : failure(406);
}

/** OpenID tokens come as `Bearer`, OAuth 2 tokens as `OAuth`, each in the header and nowhere else. */
export function authenticate(request: PortalRequest, spark: SparkServer): AccessToken | Answer {
  const missing = missingHeader(request, spark);
  if (missing) return missing;
  if (request.query.has("access_token")) return failure(1000);

  const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
  const token = spark.store.accessTokens.get(value);
  if (!token || token.family.revoked) return failure(1000);
  const expected = token.family.client.protocol === "openid" ? "Bearer" : "OAuth";
  if (scheme !== expected) return failure(1000);
  return spark.store.isExpired(token) ? expired(expected) : token;
}
