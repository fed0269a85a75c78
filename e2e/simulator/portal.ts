import type { Answer, Callback } from "./answer";
import type { AnswerFaults, CallbackFaults } from "./fault";
import type { Options } from "./options";
import type { PortalRequest } from "./request";

/** What a simulated portal is made of. */
export type Portal = {
  /** The name for the control API. */
  id: string;
  name: string;
  /** The portal's hosts, and the routes of each. */
  hosts: Readonly<Record<string, readonly Route[]>>;
  /** The pages that the simulator's front page links to. */
  entryPages: readonly { label: string; path: string }[];
  /** The answer to a body that does not match its content type; by default Rails' page. */
  answerToBadBody?(host: string): Answer;
  /** The faults of this portal; one with the name of a common fault replaces it. */
  faults?: Partial<Readonly<Record<Endpoint, AnswerFaults> & { callback: CallbackFaults }>>;
  /** Behaviour that its documentation leaves open. */
  options?: Pick<Options<Record<string, unknown>>, "values" | "switch">;
  /** Every secret issued so far, used ones too: a test looks for them where they must not be. */
  issued(): Issued;
  /** Ends all codes, as if half an hour had passed. Returns how many could still be used. */
  expireCodes(): number;
  /** If the portal has refresh tokens: ends the access tokens, as if a day had passed. Returns how many were valid. */
  expireTokens?(): number;
  /** As if the person had removed the app. Returns how many tokens that ended; null if there is no such account. */
  removeApp(account: AccountReference): number | null;
};

/** The kinds of secrets that a portal issues. */
export const secretKinds = [
  "accessTokens",
  "refreshTokens",
  "codes",
  "tokenSecrets",
  "verifiers",
] as const;

type Issued = Partial<Record<(typeof secretKinds)[number], readonly string[]>>;

/** A person by name or id. On another board or site the same name may be another account. */
type AccountReference = { person: string; board?: string };

export type Route = {
  method: "GET" | "POST" | "DELETE";
  /** A `*` stands for one segment, which `answer` receives. */
  path: string;
  /** The name that faults and counters use for this route. */
  at?: Endpoint;
  answer(request: PortalRequest, segment: string): Answer | Callback;
};

/** The endpoints of all protocols, by the names that faults and counters use. */
export const endpoints = [
  "authorize",
  "token",
  "me",
  "revoke",
  "request_token",
  "access_token",
  "api",
  "discovery",
  "keys",
  "userinfo",
] as const;

export type Endpoint = (typeof endpoints)[number];

/** The settings that every portal gets when it is opened. */
export type Settings = {
  /** The origins of the registered apps. */
  appOrigins: readonly string[];
  now: () => number;
  /** Added to the id of every person: with a new variant, the apps have never seen any of them. */
  variant: string;
  /** Whether MLSConnect checks PKCE; otherwise it ignores it. */
  pkce: boolean;
};

/** The route for a request, and the segment for the `*` of its path, as it was sent. HEAD does not count as GET. */
export function findRoute(routes: readonly Route[], { method, path }: PortalRequest) {
  for (const route of routes) {
    if (route.method !== method) continue;
    const segment = segmentOf(route.path, path);
    if (segment !== null) return { route, segment };
  }
  return null;
}

function segmentOf(pattern: string, path: string) {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === path ? "" : null;
  if (!path.startsWith(before) || !path.endsWith(after)) return null;
  const segment = path.slice(before.length, path.length - after.length);
  return /^(?:[\w-]|%2F)+$/i.test(segment) ? segment : null;
}
