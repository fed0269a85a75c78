import type { Answer, Callback } from "./answer";
import type { PortalRequest } from "./request";

/** The vocabulary every simulated portal is written in. */
export type Portal = {
  name: string;
  /** Each host the portal answers on, and what it answers there. */
  hosts: Readonly<Record<string, readonly Route[]>>;
  /** Pages a person can begin at, for the simulator's front page. */
  doors: readonly { label: string; path: string }[];
  /** Every secret handed out so far, spent ones too: a test can look for them where they must not be. */
  issued(): Issued;
  /** As if ten minutes had passed. Returns how many codes were still good. */
  expireCodes(): number;
  /** As if the person had removed the app at the portal. Returns how many tokens that ended; null if nobody is meant. */
  removeApp(board: string, person: string): number | null;
};

type Issued = { accessTokens: string[]; codes: string[] };

export type Route = {
  method: "GET" | "POST";
  /** A trailing `*` stands for one segment, handed to `answer`. */
  path: string;
  /** Where faults and counters know this route by name. */
  at?: AnsweringPlace;
  answer(request: PortalRequest, segment: string): Answer | Callback;
};

/** The places of a protocol where an answer can go wrong. */
export type AnsweringPlace = "authorize" | "token" | "me" | "revoke";

/** What every portal is told when it opens. */
export type World = {
  /** Where the apps are that registered. */
  appOrigins: readonly string[];
  now: () => number;
  /** Added to every member's id: in another era the same names are people nobody has met. */
  era: string;
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
  if (!pattern.endsWith("*")) return pattern === path ? "" : null;
  const stem = pattern.slice(0, -1);
  const segment = path.slice(stem.length);
  return path.startsWith(stem) && /^[\w-]+$/.test(segment) ? segment : null;
}
