import type { Portal, Settings } from "../portal";
import { Store } from "../protocols/doorkeeper/store";
import { apiHostRoutes } from "./mlsconnect/api-host";
import { appHostRoutes } from "./mlsconnect/app-host";
import { findBoard, findClient, findMember, type Site } from "./mlsconnect/boards";
import { mlsConnectFaults } from "./mlsconnect/faults";

/**
 * MLSConnect: OAuth 2.0 authorization code with Doorkeeper behind it, one login and one client for each board.
 * Each environment opens as a portal of its own, so that what one issues the other has never heard of.
 */
export function mlsConnect(site: Site, { appOrigins, now, variant, pkce }: Settings): Portal {
  const store = new Store(now);
  const server = { store, pkce, findClient: (id: string) => findClient(site, id, appOrigins) };

  return {
    id: site.id,
    name: site.name,
    hosts: {
      [site.appHost]: appHostRoutes(site, server, appOrigins),
      [site.apiHost]: apiHostRoutes(server, variant),
    },
    doors: site.boards.map(({ id, label }) => ({
      label,
      path: `/${site.appHost}/dashboard/${id}`,
    })),
    faults: mlsConnectFaults,
    issued: () => ({ accessTokens: [...store.tokens.keys()], codes: [...store.grants.keys()] }),
    expireCodes: () => store.expireCodes(),
    removeApp({ board: boardId = "", person }) {
      const board = findBoard(site, boardId);
      const member = board && findMember(board.id, person);
      if (!board || !member) return null;
      const tokens = store.liveTokens(board.id, member.id);
      for (const token of tokens) token.revoked = true;
      return tokens.length;
    },
  };
}
