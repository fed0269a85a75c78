import { z } from "zod";
import type { Evidence, Member, OpenIdPortal } from "./portal";
import { sparkAccount, sparkApis, sparkErrors, sparkHeaders, sparkRevocation } from "./spark-api";
import { shownAddress, shownText, storable, text, toldId } from "./text";

/** How the key of a link begins whose Personal Access Token was pasted. */
const ACCOUNT = "account:";

/** Of the ID token and userinfo. Which of them come depends on what the MLS has approved; only `sub` always does. */
const Claims = z.looseObject({
  sub: text.refine((sub) => !sub.startsWith(ACCOUNT)), // so begin the keys of pasted tokens
  name: shownText,
  given_name: shownText,
  family_name: shownText,
  email: shownText,
  picture: shownAddress,
  Office: shownText,
});

/** What a token says about itself rather than about the member. */
const PROTOCOL_CLAIMS = ["iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash", "auth_time"];

/**
 * Spark by FBS, the platform of Flexmls: OpenID Connect, authorization code.
 * An access token lives a day; refreshing brings a new refresh token.
 */
export const spark = {
  id: "spark",
  name: "Spark",
  knownAs: "Flexmls",
  monogram: "SP",
  colour: "#a8321a",
  docs: "https://sparkplatform.com/docs/authentication/openid_connect_authentication",
  home: "dashboard",
  signIn: true,
  credentials: ["CLIENT_ID", "CLIENT_SECRET"],
  sharesItsPrefix: true, // Apache Spark reads SPARK_HOME and others
  protocol: "openid",
  issuer: "https://sparkplatform.com",
  scope: "openid",
  endpoints: {
    MEMBER: "https://sparkapi.com/v1/my/account",
    API: "https://sparkapi.com",
    LOGOUT: "https://sparkplatform.com/openid/logout", // not in its metadata
    REMOVAL: "https://sparkplatform.com/openid/revoke", // a page for browsers that GET it; POST is RFC 7009
  },
  ...sparkApis,
  clientAuth: "body",
  tokenRequest: "json",
  scheme: "Bearer",
  revocation: [sparkRevocation, { by: "rfc7009" }],
  headers: sparkHeaders,
  ...sparkErrors,
  linkByKeys: ["access_token"], // a Personal Access Token: `Bearer`, of one account, without an end
  member: {
    identified: true,
    record: "useful", // an account may take a while to appear: 1023
    read: (evidence) => {
      if (!evidence.claims) return byPersonalAccessToken(evidence);
      const { sub, ...claims } = Claims.parse(evidence.claims);
      const account = accountOf(evidence);
      const { name, given_name, family_name, email, picture, Office } = claims;
      const told = Object.entries(claims).filter(([claim]) => !PROTOCOL_CLAIMS.includes(claim));
      return {
        id: sub,
        name:
          name ?? ([given_name, family_name].filter(Boolean).join(" ") || account?.name) ?? null,
        email: email ?? account?.email ?? null,
        image: picture ?? account?.image ?? null,
        agency: Office ?? account?.agency ?? null,
        office: {
          ...account?.office,
          officeKey: toldId.parse(claims.OfficeKey),
          officeMlsId: toldId.parse(claims.OfficeMlsId),
          memberMlsId: toldId.parse(claims.MemberMlsId),
        },
        listings: null,
        details: {
          ...storable(Object.fromEntries(told)),
          ...(account && { account: { id: account.id, ...account.details } }),
        },
      };
    },
  },
} satisfies OpenIdPortal;

/** It comes without an ID token: the account says whose it is, under a key that no `sub` can be taken for. */
function byPersonalAccessToken({ record }: Evidence): Member {
  const account = sparkAccount(record?.body);
  return { ...account, id: ACCOUNT + account.id };
}

/** Shown and kept. Without a readable account the ID token still says who the member is. */
function accountOf({ record }: Evidence): (Member & { id: string }) | null {
  try {
    return record && sparkAccount(record.body);
  } catch {
    return null;
  }
}
