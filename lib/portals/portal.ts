/** The vocabulary every portal file is written in. Facts only: nothing here runs, reads the environment or knows Next.js. */

/** A token is only ever used in the environment it was issued in. */
export type Environment = "production" | "staging";

/** What a portal hands out when we register with it; also the last part of the variable's name. */
type Credential = "CLIENT_ID" | "CLIENT_SECRET";

/** How a portal is shown: its monogram on its own colour, for we own nobody's logo. */
export type Badge = { name: string; monogram: string; colour: `#${string}` };

export type Portal = OAuth2Portal;

type PortalFacts = Badge & {
  /** Stored in every link and printed in callback addresses: never rename. */
  id: string;
  /** The page this file was written from. */
  docs: string;
  /** Where a person goes to see us from the portal's side, in words for a button or a hint. */
  home: string;
  credentials: readonly Credential[];
  /** Whether the portal can say who is there: only then may it sign somebody in. */
  signIn: boolean;
  /** What the member picks before leaving for the portal. */
  choice?: ChoiceFromSettings;
};

/** Choices that each deployment lists in a variable, `MLSCONNECT_BOARDS`, because the portal publishes no list. */
type ChoiceFromSettings = {
  /** The portal's word for it, as on a form label. */
  label: string;
  listedIn: string;
};

/** Every address has a name, and `AUTHORIZATION` is overridden by `…_AUTHORIZATION_URL`. */
export const ENDPOINTS = [
  "AUTHORIZATION",
  "TOKEN",
  "REFRESH",
  "MEMBER",
  "API",
  "REVOCATION",
  "LOGOUT",
] as const;
export type Endpoint = (typeof ENDPOINTS)[number];

/** The addresses of a conversation; those a portal does not have, or has not published, are missing. */
export type Endpoints = Record<"AUTHORIZATION" | "TOKEN" | "MEMBER", string> &
  Partial<Record<Endpoint, string>>;

export type OAuth2Portal = PortalFacts & {
  protocol: "oauth2";
  endpoints: Endpoints;
  /** How the client proves itself to the token endpoint: RFC 6749 section 2.3.1. */
  clientAuth: "body";
  tokenRequest: "json";
  member: MemberSource;
};

/** How we learn who has connected. `read` throws on anything that is not a member. */
type MemberSource = { read: (body: unknown) => Member };

/**
 * The same person as the portal knows them. `id` is required: without one the link could not be found again.
 * The rest is shown and kept, and identifies nobody.
 */
export type Member = {
  id: string;
  name: string | null;
  email: string | null;
  image: string | null;
  agency: string | null;
  /** Every documented field, as the portal sent it, fit for a database. */
  details: JsonObject;
};

/** What JSON can say. */
export type Json = string | number | boolean | null | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };
