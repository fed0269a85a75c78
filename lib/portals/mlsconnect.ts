import { z } from "zod";
import type { OAuth2Portal } from "./portal";
import { shownAddress, shownText, storable, text, toldId } from "./text";

/** Only `id` decides anything. The rest may be null or of another type: a phone number that comes as a number keeps no member out. */
const Me = z.object({
  id: z.union([z.string(), z.int().transform(String)]).pipe(text), // "ql4Jgm": short and opaque
  name: shownText,
  email: shownText,
  firstName: shownText,
  lastName: shownText,
  image: shownAddress,
  location: z.unknown().optional(),
  description: z.unknown().optional(),
  phone: z.unknown().optional(),
  urls: z.unknown().optional(),
  /** Grows with what the partner has been granted; only the agency is documented. */
  additionalInformation: z
    .looseObject({ agency: z.looseObject({ name: shownText }).nullish().catch(null) })
    .nullish()
    .catch(null),
});

/**
 * MLSConnect by immosquare: OAuth 2.0 authorization code, one login and one registration per MLS board.
 * The token response names no end and brings no refresh token: a token lasts until it is refused.
 */
export const mlsConnect = {
  id: "mlsconnect",
  name: "MLSConnect",
  monogram: "ML",
  colour: "#1d4f91",
  docs: "https://docs.immosquare.com/fr/mlsconnect/oauth",
  home: "dashboard",
  signIn: true,
  credentials: ["CLIENT_ID", "CLIENT_SECRET"],
  choice: { kind: "board", listedIn: "BOARDS" },
  environments: { staging: null },
  protocol: "oauth2",
  endpoints: {
    AUTHORIZATION: "https://app.mls-connect.com/oauth/authorize",
    TOKEN: "https://mls-connect.com/oauth/token", // no "app." here
    MEMBER: "https://mls-connect.com/api/oauth/me",
    API: "https://mls-connect.com/api",
  },
  clientAuth: "body",
  tokenRequest: "json",
  redirectUri: "sent",
  scheme: "Bearer",
  revocation: [{ by: "rfc7009", revokesEachToken: true }], // not documented: where MLSCONNECT_REVOCATION_URL says there is one, as Doorkeeper has
  member: {
    identified: true,
    record: "required",
    read: ({ record }) => {
      const { id, ...details } = Me.parse(record?.body);
      const { name, firstName, lastName, email, image, additionalInformation } = details;
      return {
        id,
        name: name ?? ([firstName, lastName].filter(Boolean).join(" ") || null),
        email,
        image,
        agency: additionalInformation?.agency?.name ?? null,
        office: { agencyId: toldId.parse(additionalInformation?.agency?.id) },
        listings: null,
        details: storable(details),
      };
    },
  },
} satisfies OAuth2Portal;
