import type { Answer } from "../../answer";
import type { AccessToken } from "../../protocols/openid/store";
import type { PortalRequest } from "../../request";
import { expired, failure } from "./api-answers";
import { apiHost } from "./hosts";
import type { SparkServer } from "./spark-server";

/** The checks before a call to the Spark API. */

/** The headers that every call needs, with a token or without. */
export function missingHeader({ headers }: PortalRequest, { options }: SparkServer): Answer | null {
  if (options().requireSparkUserAgent && !headers["x-sparkapi-user-agent"]) return failure(1016);
  return headers.accept ? null : failure(406);
}

/** OAuth 2 tokens of a draft 10 key come as `OAuth`, all others as `Bearer`, and only in the header. */
export function authenticate(request: PortalRequest, spark: SparkServer): AccessToken | Answer {
  const missing = missingHeader(request, spark);
  if (missing) return missing;
  if (request.query.has("access_token")) return failure(1000);

  const [scheme = "", value = ""] = (request.headers.authorization ?? "").split(" ");
  const token = spark.store.accessTokens.get(value);
  if (!token || token.family.revoked) return failure(1000);
  const { protocol, replication } = token.family.client;
  const expected = protocol === "draft10" ? "OAuth" : "Bearer";
  if (scheme !== expected) return failure(1000);
  if (replication && request.host === apiHost) return failure(1021);
  return spark.store.isExpired(token) ? expired(expected) : token;
}
