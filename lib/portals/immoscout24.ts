import { z } from "zod";
import type { OAuth1Portal } from "./portal";
import { shownText } from "./text";

/** One page of the member's listings; how many there are is all we read. */
const Listings = z.looseObject({
  "realestates.realEstates": z.looseObject({
    Paging: z.looseObject({
      numberOfHits: z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]),
    }),
  }),
});

/**
 * ImmoScout24: OAuth 1.0a, three-legged, HMAC-SHA1. An access token lasts until its user takes it back, and belongs
 * to exactly one user; no answer names that user for certain.
 */
export const immoScout24 = {
  id: "immoscout24",
  name: "ImmoScout24",
  monogram: "IS",
  colour: "#17594a",
  docs: "https://api.immobilienscout24.de/api-docs/authentication/three-legged",
  home: "account",
  signIn: false,
  credentials: ["CLIENT_ID", "CLIENT_SECRET"], // consumer key and consumer secret
  environments: { sandbox: addressesOn("https://rest.sandbox-immobilienscout24.de") },
  protocol: "oauth1",
  endpoints: addressesOn("https://rest.immobilienscout24.de"),
  accept: "application/json", // to "anything" it answers 404
  // "Specific endpoints" take two-legged OAuth, which signs without a token: api-docs/authentication/two-legged.
  applicationPaths: [
    "/gis/v1.0", // its example: country/276/region
    "/gis/v2.0", // our-apis/gis/geoautocompletion-v2
    "/search/v1.0/search", // api-docs/authentication/introduction: "our search result list"
  ],
  encodedSlashes: true, // a customer's own number, `ext-2024%2F013`, is one segment
  linkByKeys: ["access_token", "token_secret"], // of one's own account, made in the developer self-service
  /** `{"common.messages":[{"message":{"messageCode":"…","message":"…"}}]}`, the inner part alone, or the same in XML. */
  errorPlaces: [
    {
      code: ["common.messages", 0, "message", "messageCode"],
      message: ["common.messages", 0, "message", "message"],
    },
    { code: ["messageCode"], message: ["message"] },
  ],
  refusals: [
    {
      status: 401,
      error: "ERROR_COMMON_AUTHENTICATION_OAUTH_NONCE_EXPIRED",
      means: "clock_skewed",
    },
    { status: 401, says: /timestamp|nonce/i, means: "clock_skewed" },
  ],
  member: {
    identified: false,
    record: "required", // the one proof that a token works
    read: ({ record }) => {
      const { Paging } = Listings.parse(record?.body)["realestates.realEstates"];
      // Practical as a key, but undocumented: kept beside the link's own.
      const causerId = shownText.parse(record?.headers.get("l-is24-causerid"));
      return {
        id: null,
        name: null,
        email: null,
        image: null,
        agency: null,
        listings: Paging.numberOfHits,
        details: { causerId },
      };
    },
  },
} satisfies OAuth1Portal;

function addressesOn(host: string) {
  return {
    REQUEST_TOKEN: `${host}/restapi/security/oauth/request_token`,
    AUTHORIZATION: `${host}/restapi/security/oauth/confirm_access`,
    ACCESS_TOKEN: `${host}/restapi/security/oauth/access_token`,
    // The slash before the question mark is the documentation's, and signed.
    MEMBER: `${host}/restapi/api/offer/v1.0/user/me/realestate/?pagesize=1`,
    API: `${host}/restapi/api`,
  };
}
