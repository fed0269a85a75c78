import type { OAuth2Portal } from "./portal";
import { sparkAccount, sparkApis, sparkErrors, sparkHeaders, sparkRevocation } from "./spark-api";

/**
 * Spark's older way in: OAuth 2 as of draft 10. A role (private, IDX, VOW) belongs to the API key, so each role is a
 * registration of its own. `state` is not documented; draft 10 section 3 has it.
 */
export const sparkOAuth2 = {
  id: "spark-oauth2",
  name: "Spark API",
  knownAs: "Flexmls",
  monogram: "SA",
  colour: "#8a4b08",
  docs: "https://sparkplatform.com/docs/authentication/oauth2_authentication",
  home: "dashboard",
  signIn: false,
  credentials: ["CLIENT_ID", "CLIENT_SECRET"],
  choice: {
    kind: "role",
    listedIn: "ROLES",
    needsPortalName: true,
    unlisted: "none",
    published: {
      private: { label: "Private" },
      idx: { label: "IDX" },
      vow: {
        label: "VOW",
        endpoints: {
          // Whose portal the consumer logs in at; otherwise they pick an agent afterwards.
          AUTHORIZATION: "https://sparkplatform.com/auth/vow{/PORTAL_NAME}",
          MEMBER: "https://sparkapi.com/v1/my/contact",
        },
      },
    },
  },
  protocol: "oauth2",
  endpoints: {
    AUTHORIZATION: "https://sparkplatform.com/oauth2",
    TOKEN: "https://sparkapi.com/v1/oauth2/grant",
    MEMBER: "https://sparkapi.com/v1/my/account",
    API: "https://sparkapi.com",
    REMOVAL: "https://sparkplatform.com/openid/revoke", // as for keys of the newer kind
  },
  ...sparkApis,
  clientAuth: "body",
  tokenRequest: "json",
  redirectUri: "sent",
  scheme: "OAuth",
  revocation: [sparkRevocation],
  passwordGrant: true,
  linkByKeys: ["access_token", "refresh_token"],
  headers: sparkHeaders,
  ...sparkErrors,
  member: {
    identified: true,
    record: "required",
    read: ({ record }) => sparkAccount(record?.body),
  },
} satisfies OAuth2Portal;
