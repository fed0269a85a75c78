import type { Answer, Callback } from "./answer";
import type { AnswerFaults, CallbackFaults } from "./fault";
import type { Options } from "./options";
import type { PortalRequest } from "./request";

/** The vocabulary every simulated portal is written in. */
export type Portal = {
  /** What the control API calls it. */
  id: string;
  name: string;
  /** Each host the portal answers on, and what it answers there. */
  hosts: Readonly<Record<string, readonly Route[]>>;
  /** Pages a person can begin at, for the simulator's front page. */
  entryPages: readonly { label: string; path: string }[];
  /** What a body is answered with that is not what its content type says; Rails' page unless said otherwise. */
  answerToBadBody?(host: string): Answer;
  /** What goes wrong in this portal's own words: besides what goes wrong everywhere, or in its place. */
  faults?: Partial<Readonly<Record<Endpoint, AnswerFaults> & { callback: CallbackFaults }>>;
  /** What its documentation leaves open. */
  options?: Pick<Options<Record<string, unknown>>, "values" | "switch">;
  /** Every secret handed out so far, spent ones too: a test can look for them where they must not be. */
  issued(): Issued;
  /** As if half an hour had passed. Returns how many codes were still good. */
  expireCodes(): number;
  /** Where tokens can be refreshed: as if a day had passed for the access tokens. Returns how many were still good. */
  expireTokens?(): number;
  /** As if the person had removed the app at the portal. Returns how many tokens that ended; null if nobody is meant. */
  removeApp(account: AccountReference): number | null;
};

/** What a portal can hand out that nobody else may see. */
export const secretKinds = [
  "accessTokens",
  "refreshTokens",
  "codes",
  "tokenSecrets",
  "verifiers",
] as const;

type Issued = Partial<Record<(typeof secretKinds)[number], readonly string[]>>;

/** A person by name or id; the same name may be somebody else on another board or site. */
type AccountReference = { person: string; board?: string };

export type Route = {
  method: "GET" | "POST" | "DELETE";
  /** A `*` stands for one segment, handed to `answer`. */
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

/** What every portal is told when it opens. */
export type Settings = {
  /** Where the apps are that registered. */
  appOrigins: readonly string[];
  now: () => number;
  /** Added to every member's id: with another variant the same names are new people to every app. */
  variant: string;
  /** Whether the portals know PKCE; those who do not ignore it. */
  pkce: boolean;
};

/** The route for a request, and what stands where its path has a `*`. HEAD is not GET here. */
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
  return /^[\w-]+$/.test(segment) ? segment : null;
}
