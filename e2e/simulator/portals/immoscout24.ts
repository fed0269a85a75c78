import { Options } from "../options";
import type { Portal, Route, Settings } from "../portal";
import { Nonces } from "../protocols/oauth1/nonces";
import { Store } from "../protocols/oauth1/store";
import { browserRoutes } from "./immoscout24/confirm-access";
import type { Environment } from "./immoscout24/environments";
import { immoScout24Faults } from "./immoscout24/faults";
import {
  asApp,
  asUser,
  me,
  oneRealEstate,
  realEstate,
  realEstateCounts,
  regions,
  search,
} from "./immoscout24/offer";
import { ImmoScout24Options } from "./immoscout24/options";
import { answerAccessToken, answerRequestToken } from "./immoscout24/tokens";

/**
 * ImmoScout24: OAuth 1.0a, three-legged. Each environment is a portal of its own, so that one does not accept the
 * tokens of the other.
 */
export function immoScout24(
  environment: Environment,
  { appOrigins, now, variant }: Settings,
): Portal {
  const { id, name, host, consumer, people } = environment;
  const store = new Store(now);
  const options = new Options(ImmoScout24Options);
  const nonces = new Nonces(now, () => options.values);
  const server = {
    store,
    nonces,
    consumer,
    people,
    options: () => options.values,
    appOrigins,
    variant,
  };

  const oauth = "/restapi/security/oauth";
  const user = "/restapi/api/offer/v1.0/user/me";
  const listings = { method: "GET", at: "api", answer: asUser(server, realEstate) } as const;
  const routes: readonly Route[] = [
    ...(["GET", "POST"] as const).flatMap((method): readonly Route[] => [
      {
        method,
        path: `${oauth}/request_token`,
        at: "request_token",
        answer: (request) => answerRequestToken(request, server),
      },
      {
        method,
        path: `${oauth}/access_token`,
        at: "access_token",
        answer: (request) => answerAccessToken(request, server),
      },
    ]),
    { method: "GET", path: user, at: "me", answer: asUser(server, me) },
    { ...listings, path: `${user}/realestate` },
    { ...listings, path: `${user}/realestate/` },
    {
      method: "GET",
      path: `${user}/realestate/*`,
      at: "api",
      answer: (request, id) => asUser(server, (call) => oneRealEstate(call, id))(request),
    },
    {
      method: "GET",
      path: `${user}/realestatecounts`,
      at: "api",
      answer: asUser(server, realEstateCounts),
    },
    {
      method: "GET",
      path: "/restapi/api/gis/v1.0/country/276/region",
      at: "api",
      answer: asApp(server, regions),
    },
    {
      method: "GET",
      path: "/restapi/api/search/v1.0/search/region",
      at: "api",
      answer: asApp(server, search(server)),
    },
    ...browserRoutes(name, id, server),
  ];

  return {
    id,
    name,
    hosts: { [host]: routes },
    entryPages: [
      { label: name, path: `/${host}/account` },
      { label: `${name} self-service`, path: `/${host}/self-service/access-token` },
    ],
    faults: immoScout24Faults,
    options,
    issued: () => ({
      accessTokens: [...store.accessTokens.keys()],
      tokenSecrets: store.tokenSecrets(),
      verifiers: store.verifiers(),
    }),
    expireCodes: () => store.expireRequestTokens(),
    removeApp({ board, person }) {
      const owner = people.find(
        (candidate) => candidate.id === person || candidate.name === person,
      );
      return owner && board === undefined ? store.revokeAll(owner.id) : null;
    },
  };
}
