import { Options } from "../options";
import type { Portal, Settings } from "../portal";
import { Refusal, refusalAnswer } from "../protocols/openid/errors";
import { signingKey } from "../protocols/openid/signing-keys";
import { Store } from "../protocols/openid/store";
import { failure } from "./spark/api-answers";
import { apiHostRoutes } from "./spark/api-host";
import { idTokenClaims } from "./spark/claims";
import { clientsOf, findClient } from "./spark/clients";
import { sparkFaults } from "./spark/faults";
import { apiHost, platformAddress, platformHost, replicationHost } from "./spark/hosts";
import { SparkOptions } from "./spark/options";
import { portalName } from "./spark/pages";
import { findPerson, personWithPassword } from "./spark/people";
import { platformHostRoutes } from "./spark/platform-host";
import type { SparkServer } from "./spark/spark-server";

const ONE_DAY_SECONDS = 86_400;

/** Spark (Flexmls): OpenID Connect and OAuth 2 in its draft 10, both for the same API. */
export function spark({ appOrigins, now, variant }: Settings): Portal {
  const store = new Store(now);
  const options = new Options(SparkOptions);
  const server: SparkServer = {
    store,
    now,
    variant,
    appOrigins,
    options: () => options.values,
    findClient: (id) => findClient(id, appOrigins),
    lifetimeOf: (subject) => findPerson(subject)?.accessTokenSeconds ?? ONE_DAY_SECONDS,
    refreshGraceSeconds: () => options.values.refreshGraceSeconds,
    issuerAt: (request) => options.values.issuer ?? platformAddress(request),
    key: () => currentKey(options.values),
    claimsOf(subject) {
      const person = findPerson(subject);
      return person ? idTokenClaims(person, variant) : {};
    },
    subjectFor: (username, password) => personWithPassword(username, password)?.sub ?? null,
  };

  return {
    id: "spark",
    name: portalName,
    hosts: {
      [platformHost]: platformHostRoutes(server),
      [apiHost]: apiHostRoutes(server),
      [replicationHost]: apiHostRoutes(server),
    },
    entryPages: [
      { label: "Flexmls", path: `/${platformHost}/account` },
      { label: "Single session key", path: `/${platformHost}/single-session` },
      { label: "Personal Access Token", path: `/${platformHost}/personal-access-token` },
    ],
    answerToBadBody: (host) => (host === platformHost ? refusalAnswer(malformed) : failure(1035)),
    faults: sparkFaults(server),
    options,
    issued: () => ({
      accessTokens: [...store.accessTokens.keys()],
      refreshTokens: [...store.refreshTokens.keys()],
      codes: [...store.codes.keys()],
    }),
    expireCodes: () => store.expireCodes(),
    expireTokens: () => store.expireAccessTokens(),
    removeApp({ board: connection, person: name }) {
      const clients = clientsOf(connection, appOrigins);
      const person = findPerson(name);
      if (clients.length === 0 || !person) return null;
      return clients.reduce((sum, client) => sum + store.removeClient(client, person.sub), 0);
    },
  };
}

const malformed = new Refusal("invalid_request", "The body of the request cannot be read");

function currentKey({ signingKey: name }: SparkOptions) {
  return signingKey(name, name === "renamed" ? "default-2" : "default");
}
