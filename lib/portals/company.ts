import { z } from "zod";
import type { OpenIdPortal } from "./portal";
import { shownAddress, shownText, text } from "./text";

const Claims = z.looseObject({
  sub: text,
  name: shownText,
  given_name: shownText,
  family_name: shownText,
  email: shownText,
  picture: shownAddress,
});

/** Where Microsoft's issuers are, in its clouds. */
const MICROSOFT =
  "login\\.microsoftonline\\.(com|us)|login\\.microsoft\\.com|login\\.partner\\.microsoftonline\\.cn|login\\.windows\\.net|sts\\.windows\\.net";

/** A tenant's id, unless it is that of the tenant that all personal accounts are in. Names stand for several tenants, or are domains. */
const TENANT = "(?!9188040d-6c67-4c5b-b112-36a304b66dad)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/**
 * The company's own OpenID provider: Keycloak, Entra ID, Google Workspace, the CRM's own. Each deployment names it. It says who
 * a person is and nothing more: there is nothing to link, and no token of it is kept.
 */
export const company = {
  id: "company",
  variables: "COMPANY_LOGIN",
  name: "Company login",
  monogram: "CO",
  colour: "#3d4f5c",
  docs: "https://openid.net/specs/openid-connect-core-1_0.html",
  home: "signInPage",
  signIn: "only",
  credentials: ["ISSUER", "CLIENT_ID", "CLIENT_SECRET"],
  protocol: "openid",
  issuer: null,
  refusedIssuers: [
    { like: /\{|%7b/i, because: "is a template: name the issuer of your own tenant" },
    {
      like: new RegExp(`^https://(${MICROSOFT})/(?!${TENANT}(/|$))`, "i"),
      because: "is not that of one company’s tenant: name yours, by the tenant’s id",
    },
    {
      like: /^https:\/\/accounts\.google\.com\/?$/i,
      unlessClaim: ["hd", "email", "sub"],
      because: "lets in everybody who has a Google account",
    },
  ],
  scope: "openid profile email",
  pkce: "always",
  discovered: true,
  clientAuth: "encoded_basic", // Discovery 1.0 section 3: where it says nothing
  idTokenAlgorithms: ["RS256", "PS256", "ES256"],
  endpoints: {},
  tokenRequest: "form",
  scheme: "Bearer",
  member: {
    identified: true,
    record: "none",
    read: ({ claims }) => {
      const { sub, name, given_name, family_name, email, picture } = Claims.parse(claims);
      return {
        id: sub,
        name: name ?? ([given_name, family_name].filter(Boolean).join(" ") || null),
        email,
        image: picture,
        agency: null,
        listings: null,
        details: {},
      };
    },
  },
} satisfies OpenIdPortal;
