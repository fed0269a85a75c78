import type { Answer } from "../../answer";
import { withFields } from "../../answer-faults";
import type { AnswerFault } from "../../fault";
import type { Portal } from "../../portal";
import {
  expiredToken,
  invalidCode,
  invalidRefreshToken,
  invalidToken,
  noPermission,
  Refusal,
  refusalAnswer,
  unknownApiKey,
  unknownClient,
} from "./errors";

/** The faults with OLX's own wording. A 403 has three meanings, and only its message says which. */
export const olxFaults: Portal["faults"] = {
  token: {
    "invalid-api-key": refusing(unknownApiKey),
    "invalid-client": refusing(unknownClient),
    "invalid-grant": refusing(invalidCode),
    "invalid-refresh-token": refusing(invalidRefreshToken(400)),
    forbidden: refusing(noPermission),
    "rate-limited": { instead: rateLimited },
    "no-refresh-token": { spoil: withFields({ refresh_token: undefined }) },
    "no-expires-in": { spoil: withFields({ expires_in: undefined }) },
  },
  api: {
    "invalid-api-key": refusing(unknownApiKey),
    "expired-token": refusing(expiredToken),
    unauthorized: refusing(invalidToken),
    forbidden: refusing(noPermission),
    "rate-limited": { instead: rateLimited },
  },
};

function refusing(refusal: Refusal): AnswerFault {
  return { instead: () => refusalAnswer(refusal) };
}

function rateLimited(): Answer {
  const answer = refusalAnswer(new Refusal(429, "Too many requests"));
  return { ...answer, headers: { ...answer.headers, "Retry-After": "30" } };
}
