import { type Answer, json } from "../../answer";
import { type PortalRequest, repeatsName } from "../../request";
import type { Application } from "./applications";
import { callingApplication } from "./calling-application";
import {
  invalidCode,
  invalidRefreshToken,
  otherRedirectUri,
  Refusal,
  refusalAnswer,
  unknownClient,
} from "./errors";
import type { Olx } from "./server";
import type { Family } from "./store";

/** `POST /oauth/v1/token`, for a code or for a refresh token. */
export function answerTokenRequest(request: PortalRequest, olx: Olx): Answer {
  const redeemed = redeem(request, olx);
  if (redeemed instanceof Refusal) return refusalAnswer(redeemed);
  const { family, refreshToken } = redeemed;
  const { accessToken, expiresIn } = olx.store.issueAccessToken(family);
  const answer = json(200, {
    access_token: accessToken,
    token_type: "Bearer",
    refresh_token: refreshToken,
    expires_in: expiresIn,
    scope: family.account.person.scope ?? fullScope,
  });
  return { ...answer, delayMs: family.account.person.tokenDelayMs };
}

const fullScope = "read:adverts write:adverts read:leads read:profile_package";

/** What a token answer is made of. Without a refresh token the earlier one stays valid. */
type Redeemed = { family: Family; refreshToken?: string };

function redeem(request: PortalRequest, olx: Olx): Redeemed | Refusal {
  const application = callingApplication(request, olx.applications);
  if (application instanceof Refusal) return application;
  const { headers } = request;
  if (mediaType(headers.accept) !== "application/json") {
    return new Refusal(406, "Accept has to be application/json");
  }
  if (mediaType(headers["content-type"]) !== "application/json") {
    return new Refusal(415, "Content-Type has to be application/json");
  }
  if (!hasClientCredentials(headers.authorization, application)) return unknownClient;

  const fields = readFields(request);
  if (fields instanceof Refusal) return fields;
  const { grant_type: grantType, ...rest } = fields;
  if (grantType === "authorization_code") return redeemCode(rest, application, olx);
  if (grantType === "refresh_token") return redeemRefreshToken(rest, application, olx);
  return new Refusal(400, "The grant type is not supported");
}

function redeemCode(
  { code = "", redirect_uri: redirectUri, ...others }: Record<string, string>,
  application: Application,
  { store, options }: Olx,
): Redeemed | Refusal {
  const issuedCode = store.codes.get(code);
  const isNamed = typeof issuedCode?.redirectUri === "string";
  const undocumented = refuseUndocumented(
    isNamed || redirectUri === undefined ? others : { redirect_uri: redirectUri, ...others },
  );
  if (undocumented) return undocumented;
  if (!issuedCode || issuedCode.family.application !== application) return invalidCode;
  if (isNamed && redirectUri !== issuedCode.redirectUri) return otherRedirectUri;
  const { family } = issuedCode;
  if (issuedCode.spent && options().codeReuse === "revoke") family.revoked = true;
  if (issuedCode.spent || store.isExpired(issuedCode)) return invalidCode;
  issuedCode.spent = true;
  return { family, refreshToken: store.issueRefreshToken(family) };
}

/** "You will need to get your last refresh_token": whether an earlier one works is an option. */
function redeemRefreshToken(
  { refresh_token: value = "", ...others }: Record<string, string>,
  application: Application,
  { store, options }: Olx,
): Redeemed | Refusal {
  const undocumented = refuseUndocumented(others);
  if (undocumented) return undocumented;
  const { refresh, refreshRefusal } = options();
  const refused = invalidRefreshToken(refreshRefusal);
  const token = store.refreshTokens.get(value);
  if (!token || token.family.application !== application) return refused;
  const { family } = token;
  if (family.revoked || store.isExpired(token)) return refused;
  if (refresh === "keep") return { family };
  if (token.spentAt !== null && !(refresh === "grace" && store.isInGracePeriod(token))) {
    family.revoked = true;
    return refused;
  }
  store.spend(token);
  return { family, refreshToken: store.issueRefreshToken(family) };
}

/** "A base64 encoding of your Client ID and Client Secret." */
function hasClientCredentials(authorization = "", { id, secret }: Application) {
  const encoded = /^Basic (\S+)$/i.exec(authorization)?.[1] ?? "";
  return Buffer.from(encoded, "base64").toString() === `${id}:${secret}`;
}

function readFields({ fields }: PortalRequest): Record<string, string> | Refusal {
  if (!fields || repeatsName(fields)) return malformed();
  const text = fields.flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  return text.length === fields.length ? Object.fromEntries(text) : malformed();
}

export function malformed() {
  return new Refusal(400, "The request body is malformed");
}

/** Only the fields of the documentation's samples: no secret, no client id; a redirect address only after one was named. */
function refuseUndocumented(others: Record<string, string>) {
  const [name] = Object.keys(others);
  return name === undefined ? null : new Refusal(400, `Unknown field: ${name}`);
}

function mediaType(header = "") {
  return header.split(";")[0]?.trim().toLowerCase();
}
