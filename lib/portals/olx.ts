import { z } from "zod";
import type { OAuth2Portal } from "./portal";

/** Of a member's adverts, `{transaction_id, message, data}`; not every answer has all of these. */
const Adverts = z.union([
  z.looseObject({ data: z.union([z.array(z.unknown()), z.looseObject({})]) }),
  z.looseObject({ transaction_id: z.string(), message: z.string() }),
]);

/**
 * OLX Group real estate: OAuth 2.0 authorization code, one registration for all sites and one login per site.
 * Nothing tells who the member is: `state` alone ties a code to a user of ours. A code lives sixty seconds, an access token
 * one hour, a refresh token one year. There is no scope to ask for, it belongs to the registration. Nothing takes an
 * authorization back but the member, at OLX.
 */
export const olx = {
  id: "olx",
  name: "OLX Group",
  monogram: "OX",
  colour: "#23004c",
  docs: "https://developer.olxgroup.com/docs/authorization-flow",
  home: "account",
  signIn: false,
  credentials: ["CLIENT_ID", "CLIENT_SECRET", "API_KEY"],
  choice: {
    kind: "site",
    listedIn: "SITES",
    unlisted: "all",
    // Since August 2024; before that `https://www.otodom.pl/mercury/authorization/` and its like.
    published: {
      otodom: {
        label: "Otodom",
        endpoints: { AUTHORIZATION: "https://otodom.pl/pl/crm/authorization/" },
      },
      imovirtual: {
        label: "Imovirtual",
        endpoints: { AUTHORIZATION: "https://imovirtual.com/pt/crm/authorization/" },
      },
      storia: {
        label: "Storia",
        endpoints: { AUTHORIZATION: "https://storia.ro/ro/crm/authorization/" },
      },
    },
  },
  protocol: "oauth2",
  endpoints: {
    TOKEN: "https://api.olxgroup.com/oauth/v1/token",
    MEMBER: "https://api.olxgroup.com/advert/v1/meta",
    API: "https://api.olxgroup.com",
  },
  apiPaths: ["/advert/v1", "/taxonomy/v1", "/locations/v1"],
  // "All requests require an API Key Header", and some a token: docs/making-requests-to-the-api. These are shown with the key alone.
  applicationPaths: [
    "/taxonomy/v1", // docs/taxonomies-overview
    "/locations/v1", // docs/otodom-locations
  ],
  clientAuth: "basic",
  tokenRequest: "json",
  redirectUri: "registered", // an application has exactly one, "Authorization Callback URI"
  callback: "shared",
  refusalWithoutError: true, // "they are redirected back to your app": no parameter is documented
  scheme: "Bearer",
  refreshTokenDays: 365,
  headers: { "x-api-key": "API_KEY" },
  /** Its own format, `{transaction_id, message}`; 403 has three meanings. */
  errorMark: ["transaction_id"],
  refusals: [
    { status: 403, says: /^Invalid API Key/i, means: "invalid_client" },
    { status: 403, says: /client credentials are invalid/i, means: "invalid_client" },
    { status: 403, says: /access token provided has expired/i, means: "expired_token" },
    { status: 400, says: /authorization code .* invalid/i, means: "invalid_grant" },
    // The same of a refresh token: neither status nor words are documented.
    {
      status: [400, 401, 403],
      says: /refresh token .*(invalid|expired|revoked|n.t exist)/i,
      means: "invalid_grant",
    },
  ],
  member: {
    identified: false,
    record: "useful", // says nothing of the member, but that the tokens work
    isAnswer: (body) => Adverts.safeParse(body).success,
    read: () => ({
      id: null,
      name: null,
      email: null,
      image: null,
      agency: null,
      listings: null,
      details: {},
    }),
  },
} satisfies OAuth2Portal;
