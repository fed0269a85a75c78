import { Options } from "../options";
import type { Portal, Settings } from "../portal";
import { apiHostRoutes } from "./olx/api-host";
import { applicationsOf } from "./olx/applications";
import { refusalAnswer } from "./olx/errors";
import { olxFaults } from "./olx/faults";
import { OlxOptions } from "./olx/options";
import { peopleOf } from "./olx/people";
import { siteHostRoutes } from "./olx/site-host";
import { apiHost, sites } from "./olx/sites";
import { type Account, Store } from "./olx/store";
import { malformed } from "./olx/token";

/** OLX Group real estate: OAuth 2.0 authorization code, one application for all sites and one login per site. */
export function olx({ appOrigins, now, variant }: Settings): Portal {
  const store = new Store(now);
  const options = new Options(OlxOptions);
  const applications = applicationsOf(appOrigins);
  const server = { store, applications, options: () => options.values, variant };

  const siteHosts = sites.map((site) => {
    const routes = siteHostRoutes(site, server);
    return { [site.host]: routes, [`www.${site.host}`]: routes };
  });

  return {
    id: "olx",
    name: "OLX Group",
    hosts: Object.assign({ [apiHost]: apiHostRoutes(server) }, ...siteHosts),
    entryPages: sites.map(({ name, host }) => ({ label: name, path: `/${host}/account` })),
    answerToBadBody: () => refusalAnswer(malformed()),
    faults: olxFaults,
    options,
    issued: () => ({
      accessTokens: [...store.accessTokens.keys()],
      refreshTokens: [...store.refreshTokens.keys()],
      codes: [...store.codes.keys()],
    }),
    expireCodes: () => store.expireCodes(),
    expireTokens: () => store.expireAccessTokens(),
    removeApp({ board, person }) {
      const accounts = findAccounts(person).filter(
        ({ site }) => board === undefined || site === board,
      );
      if (accounts.length === 0) return null;
      return accounts.reduce((count, account) => count + store.removeApp(account), 0);
    },
  };
}

/** The same name at two sites is two accounts. */
function findAccounts(idOrName: string): Account[] {
  return sites.flatMap((site) =>
    peopleOf(site.id)
      .filter(({ id, name }) => id === idOrName || name === idOrName)
      .map((person) => ({ site: site.id, person })),
  );
}
