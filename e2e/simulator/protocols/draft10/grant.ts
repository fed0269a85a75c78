import { type Answer, json } from "../../answer";
import type { PortalRequest } from "../../request";
import { knownClient } from "../openid/client-authentication";
import { missing, Refusal } from "../openid/errors";
import { readParameters } from "../openid/parameters";
import type { AuthorizationServer } from "../openid/server";
import type { Client, Family } from "../openid/store";

export type GrantServer = AuthorizationServer & {
  /** The person with this user name and password, or null. */
  subjectFor: (username: string, password: string) => string | null;
};

/** draft-ietf-oauth-v2-10 section 4: an access token for a code, a password or a refresh token. */
export function answerGrantRequest(request: PortalRequest, server: GrantServer): Answer {
  const family = grant(request, server);
  if (family instanceof Refusal) {
    return json(400, { error: family.error, error_description: family.description });
  }
  const expiresIn = server.lifetimeOf(family.subject);
  const { accessToken, refreshToken } = server.store.issueTokens(family, expiresIn);
  const answer = json(200, {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: expiresIn, // no `token_type`: the draft does not have it yet
  });
  return { ...answer, headers: { ...answer.headers, "Cache-Control": "no-store" } };
}

function grant(request: PortalRequest, server: GrantServer): Family | Refusal {
  const parameters = readParameters(request);
  if (parameters instanceof Refusal) return parameters;
  const credentials = [parameters.get("client_id"), parameters.get("client_secret")] as const;
  const client = knownClient(...credentials, server.findClient);
  if (!client) return new Refusal("invalid_client", "The client credentials are invalid");

  const grantType = parameters.get("grant_type");
  if (!grantType) return missing("grant_type");
  if (grantType === "authorization_code") return redeemCode(client, parameters, server);
  if (grantType === "password") return checkPassword(client, parameters, server);
  if (grantType === "refresh_token") return redeemRefreshToken(client, parameters, server);
  return new Refusal("unsupported_grant_type", `There is no grant_type ${grantType}`);
}

const invalidGrant = new Refusal("invalid_grant", "The access grant you supplied is invalid");

/** Section 4.1.1. */
function redeemCode(
  client: Client,
  parameters: ReadonlyMap<string, string>,
  { store }: GrantServer,
): Family | Refusal {
  const code = parameters.get("code");
  if (!code) return missing("code");
  const redirectUri = parameters.get("redirect_uri");
  if (!redirectUri) return missing("redirect_uri");
  return store.redeemCode(client, code, redirectUri)?.family ?? invalidGrant;
}

/** Section 4.1.2, for "certain developers granted special permissions". */
function checkPassword(
  client: Client,
  parameters: ReadonlyMap<string, string>,
  { subjectFor }: GrantServer,
): Family | Refusal {
  if (!client.passwordGrant) {
    return new Refusal("unauthorized_client", "This key is not allowed the grant_type password");
  }
  const [username, password] = [parameters.get("username"), parameters.get("password")];
  if (!username) return missing("username");
  if (!password) return missing("password");
  const subject = subjectFor(username, password);
  return subject === null ? invalidGrant : { client, subject, revoked: false };
}

/** Section 4.1.4. */
function redeemRefreshToken(
  client: Client,
  parameters: ReadonlyMap<string, string>,
  { store, refreshGraceSeconds }: GrantServer,
): Family | Refusal {
  const token = parameters.get("refresh_token");
  if (!token) return missing("refresh_token");
  return store.redeemRefreshToken(client, token, refreshGraceSeconds())?.family ?? invalidGrant;
}
