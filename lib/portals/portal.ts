import type { ErrorFormat } from "@/lib/oauth/errors";
import type { IdTokenAlgorithm } from "@/lib/oauth/openid/id-token";
import type { ClientAuth, TokenRequestFormat } from "@/lib/oauth/token-request";

/** The vocabulary every portal file is written in. Facts only: nothing here runs, reads the environment or knows Next.js. */

/** A token is only ever used in the environment it was issued in. */
export type Environment = "production" | OtherEnvironment;
type OtherEnvironment = "staging" | "sandbox";

/** What a portal hands out when we register with it; also the last part of the variable's name. */
type Credential = "CLIENT_ID" | "CLIENT_SECRET" | "API_KEY" | "ISSUER";

/** How a portal is shown: its monogram on its own colour, since the logos are not ours. */
export type Badge = { name: string; monogram: string; colour: `#${string}` };

/** Where members find us from the portal's side; the pages have words for each. */
export type Place = "account" | "dashboard" | "signInPage";

export type Portal = OAuth2Portal | OpenIdPortal | OAuth1Portal;

type PortalFacts = Badge &
  ErrorFormat & {
    /** Stored in every link and printed in callback addresses: never rename. */
    id: string;
    /** The page this file was written from. */
    docs: string;
    /** What its members call it, where that is not its own name. */
    knownAs?: string;
    /** Where a person goes to see us from the portal's side. */
    home: Place;
    credentials: readonly Credential[];
    /**
     * Whether the portal can say who is there, and may therefore sign users in. `only`: it does nothing else. No token of it is
     * kept, and no link to it is listed, checked or vended.
     */
    signIn: boolean | "only";
    /** How the names of its variables begin, where that is not its id: `COMPANY_LOGIN`. */
    variables?: string;
    /** What the member picks before leaving for the portal. */
    choice?: Choice;
    /** Other environments than production. `null`: it has addresses of its own, which are not public. */
    environments?: Partial<Record<OtherEnvironment, Endpoints | null>>;
    endpoints: Endpoints;
    /** Where under its API address the portal's resources are; without this, all that is there. */
    apiPaths?: readonly ApiPath[];
    /**
     * Further addresses of the API, by their names: `REPLICATION` is moved by `…_REPLICATION_API_URL`. They move together with
     * the API address.
     */
    furtherApis?: Readonly<Record<string, { address: string; paths?: readonly ApiPath[] }>>;
    /**
     * Where under its API address the portal answers an application itself, on behalf of no member: to its API key, or to a
     * signature without a token. Only paths of which its documentation says so; without this, there are none.
     */
    applicationPaths?: readonly ApiPath[];
    /** Set where `%2F` may stand inside a path segment of the API: an id that holds a slash. */
    encodedSlashes?: true;
    /** Headers the portal wants beside the usual ones, and what of ours they carry. */
    headers?: Readonly<Record<string, "API_KEY" | "USER_AGENT">>;
    member: MemberSource;
    /** Keys that the portal hands out beforehand, which a member may paste here: a link without a flow. */
    linkByKeys?: KeysToPaste;
    /** Whether programs that have nothing to do with the portal read variables that begin like ours. */
    sharesItsPrefix?: true;
  };

/** A member has a login at one board of many, and finds it in a list; sites and roles are few, and each is offered by its own name. */
export type ChoiceKind = "board" | "site" | "role";

type Choice = {
  /** What there is to choose; the pages have a word for each. */
  kind: ChoiceKind;
  /** The variable in which a deployment lists its choices, `MLSCONNECT_BOARDS`. */
  listedIn: string;
  /** Set where a choice says too little by itself: "Flexmls IDX", whereas "Otodom" says enough. */
  needsPortalName?: true;
} & (
  | { published?: never }
  | {
      /** Every choice there is. A portal that publishes none leaves them to the deployment: boards are data. */
      published: Readonly<Record<string, PublishedChoice>>;
      /** Which are offered, given their credentials, when the deployment lists none. */
      unlisted: "all" | "none";
    }
);

export type PublishedChoice = {
  label: string;
  /** Where it differs from the portal's addresses. */
  endpoints?: Endpoints;
};

/** Every address has a name, and `AUTHORIZATION` is overridden by `…_AUTHORIZATION_URL`. */
export const ENDPOINTS = [
  "AUTHORIZATION",
  "TOKEN",
  "REFRESH",
  "MEMBER",
  "API",
  "REVOCATION",
  "REMOVAL",
  "LOGOUT",
  "REQUEST_TOKEN",
  "ACCESS_TOKEN",
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/**
 * The addresses of a conversation; those a portal does not have, or has not published, are missing. `REMOVAL` is a page
 * for the member's own browser, on which they take back what they have granted.
 *
 * An address may name settings, in two forms of RFC 6570: `{TENANT}` is filled with the setting `…_TENANT`, which must then
 * be set; `{/PORTAL_NAME}` is one more path segment, or nothing. Values are written in small letters and percent-encoded.
 */
export type Endpoints = Readonly<Partial<Record<Endpoint, string>>>;

/** Under an API address; `<n>` stands for a segment that is a number: `/Version/<n>/Reso/OData`. */
export type ApiPath = `/${string}`;

/** The access token always; a refresh token beside it only if there is one; what requests are signed with always. */
export type KeysToPaste = readonly ["access_token", ...("refresh_token" | "token_secret")[]];

/** What the OAuth 2.0 family has in common. */
type TokenFacts = {
  /** Set where the portal documents PKCE, RFC 7636. Elsewhere `…_PKCE=on` switches it on; `always`: no setting has a say. */
  pkce?: true | "always";
  /** Sent along in the authorization request, and in every token request. */
  authorizationParameters?: Readonly<Record<string, string>>;
  tokenParameters?: Readonly<Record<string, string>>;
  /** For a token answer that is not RFC 6749's: makes it that. Gives null for what is none. */
  readTokens?: (body: unknown) => unknown;
  /** How the client proves itself to the token endpoint: RFC 6749 section 2.3.1. */
  clientAuth: ClientAuth;
  tokenRequest: TokenRequestFormat;
  /** The scheme under which the API takes an access token. */
  scheme: "Bearer" | "OAuth";
  /** How long a refresh token is good, where the portal says so: after that the member is asked again. */
  refreshTokenDays?: number;
  /** How an authorization is taken back, in the order to try; without, only the member can, at the portal. */
  revocation?: readonly Revocation[];
};

export type Revocation =
  /**
   * RFC 7009, where there is a `REVOCATION` address, declared, discovered or set. `revokesEachToken`: each token stands for itself and is
   * taken back only while it lives, as at Doorkeeper; without, the whole authorization ends with one of its tokens.
   */
  | { by: "rfc7009"; revokesEachToken?: true }
  /** `DELETE` of the access token itself, as the last segment under this path of the API; `isDone` knows the documented answer. */
  | { by: "delete"; path: `/${string}`; isDone?: (body: unknown) => boolean };

export type OAuth2Portal = PortalFacts &
  TokenFacts & {
    protocol: "oauth2";
    /** `registered`: the portal knows the one address and documents no parameter for it. */
    redirectUri: "sent" | "registered";
    /** `shared`: one address for all choices unless the deployment says otherwise. */
    callback?: "shared";
    /**
     * Set where the portal sends a member who said no back without an error: with `state` alone, or with nothing. Any answer
     * in which nothing is said is then a no.
     */
    refusalWithoutError?: true;
    /** What is asked for unless `…_SCOPE` says otherwise; without, nothing is. */
    scope?: string;
    /** Set where some registrations may exchange a member's name and password, RFC 6749 section 4.3. */
    passwordGrant?: true;
  };

export type OpenIdPortal = PortalFacts &
  TokenFacts & {
    protocol: "openid";
    /**
     * OpenID Connect Discovery 1.0: all addresses that are not declared come from its document. Null: it is a credential, and
     * each deployment names its own.
     */
    issuer: string | null;
    /** Issuers that may not be named: they cannot say who is of the company. The sentence goes on after the variable's name. */
    refusedIssuers?: readonly RefusedIssuer[];
    scope: string;
    /**
     * Set where the issuer's document says how a client proves itself, Basic or body, and with which of `idTokenAlgorithms` it
     * signs; what is declared here holds where that is silent.
     */
    discovered?: true;
    /** What ID tokens are signed with, if not RS256. */
    idTokenAlgorithms?: readonly IdTokenAlgorithm[];
  };

type RefusedIssuer = {
  like: RegExp;
  /** Claims with one of which it may be named: those that it gives to some, with a value of theirs. */
  unlessClaim?: readonly string[];
  because: string;
};

export type OAuth1Portal = PortalFacts & {
  protocol: "oauth1";
  /** What to accept: said outright, because servers have been seen to answer 404 to "anything will do". */
  accept: string;
};

/** How we learn who has connected. */
type MemberSource = {
  /** Whether the portal names a stable id. Where it does not, each link has a key of its own. */
  identified: boolean;
  /** Whether a member whose record cannot be read is kept out, or the record is only useful, or there is none. */
  record: "required" | "useful" | "none";
  /** Throws on anything that is not a member. */
  read: (evidence: Evidence) => Member;
  /** Whether a body is what is documented for the `MEMBER` address, where `read` does not look at it. */
  isAnswer?: (body: unknown) => boolean;
};

/** What the portal says about a member. */
export type Evidence = {
  /** Of the ID token and userinfo, verified; OpenID Connect only. */
  claims: Readonly<Record<string, unknown>> | null;
  /** The member record, parsed; null when there is none. */
  record: { body: unknown; headers: Headers } | null;
  /**
   * Fields of the token answer that its specification does not know: some portals name the member only there. Missing where
   * there was no such answer.
   */
  moreFields?: Readonly<Record<string, unknown>>;
};

/**
 * The same person as the portal knows them. Only `id` decides anything: without one a link is found again by its
 * user. The rest is shown and kept, and never used to find a user.
 */
export type Member = {
  id: string | null;
  name: string | null;
  email: string | null;
  image: string | null;
  agency: string | null;
  /** Missing where the portal documents nothing of it. */
  office?: Office;
  /** How many listings the member has there, where the portal tells. */
  listings: number | null;
  /** Every documented field, as the portal sent it, fit for a database. */
  details: JsonObject;
};

/**
 * Where a member works, by the ids that a portal documents: under them its API names offices and members too. They are told to
 * a team's back end, and decide nothing here.
 */
export type Office = {
  agencyId?: string | null;
  officeId?: string | null;
  officeKey?: string | null;
  officeMlsId?: string | null;
  memberMlsId?: string | null;
  mlsId?: string | null;
};

/** What JSON can say. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };
