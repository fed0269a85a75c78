import { withFields } from "../../answer-faults";
import { refusals } from "../../callback-faults";
import type { Portal } from "../../portal";
import { invalidTokenAnswer, Refusal, refusalAnswer } from "../../protocols/doorkeeper/errors";

/** The faults with MLSConnect's own wording, which is mostly Doorkeeper's. */

const allFieldsNull = {
  name: null,
  email: null,
  firstName: null,
  lastName: null,
  location: null,
  description: null,
  image: null,
  phone: null,
  urls: null,
  additionalInformation: null,
};

export const mlsConnectFaults: Portal["faults"] = {
  token: {
    "invalid-client": { instead: () => refusalAnswer(new Refusal("invalid_client")) },
    "invalid-grant": { instead: () => refusalAnswer(new Refusal("invalid_grant")) },
  },
  me: {
    unauthorized: { instead: () => invalidTokenAnswer("revoked") },
    "no-id": { spoil: withFields({ id: undefined }) },
    "numeric-id": { spoil: withFields({ id: 4711 }) },
    "null-fields": { spoil: withFields(allFieldsNull) },
    "nul-characters": { spoil: withFields({ name: "Anna\u0000 Peeters", firstName: "A\ud800" }) },
  },
  callback: refusals((error) => new Refusal(error).description),
};
