import type { Answer } from "../../answer";
import type { Nonces } from "../../protocols/oauth1/nonces";
import { Refusal } from "../../protocols/oauth1/refusal";
import type { AccessToken, Store } from "../../protocols/oauth1/store";
import { type Consumer, type Verified, verify } from "../../protocols/oauth1/verify";
import type { PortalRequest } from "../../request";
import { envelopeFor, type Problem, problemAnswer } from "./errors";
import type { ImmoScout24Options } from "./options";
import type { ImmoScout24Person } from "./people";

/** Shared by all endpoints of one environment. */
export type ImmoScout24 = {
  store: Store;
  nonces: Nonces;
  consumer: Consumer;
  people: readonly ImmoScout24Person[];
  options: () => ImmoScout24Options;
  appOrigins: readonly string[];
  variant: string;
};

/** A refusal in the format that the request asks for. */
export function refuse(request: PortalRequest, problem: Problem, { options }: ImmoScout24): Answer {
  return problemAnswer(problem, envelopeFor(request, options().errors));
}

/** "Accept must be application/json or application/xml": a missing header or a wildcard is refused. */
export function saysWhatItAccepts({ headers }: PortalRequest) {
  return headers.accept !== undefined && !headers.accept.includes("*/*");
}

export const unacceptable: Problem = {
  code: "ERROR_COMMON_ACCEPT_TYPE_NOT_APPLICABLE",
  message: "The requested accept type is not applicable.",
};

/** A call with an access token, "one token = one user". */
export function verifyWithAccessToken(
  request: PortalRequest,
  { store, consumer, nonces }: ImmoScout24,
): Verified<AccessToken> | Refusal {
  return verify(request, {
    consumer,
    nonces,
    extraParameters: ["oauth_token"],
    findToken: (value) => {
      const token = store.accessTokens.get(value ?? "");
      return token && !token.revoked
        ? token
        : new Refusal("authentication", "Invalid access token");
    },
  });
}
