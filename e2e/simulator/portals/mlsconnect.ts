import type { Portal, Settings } from "../portal";
import { Store } from "../protocols/doorkeeper/store";
import { apiHostRoutes } from "./mlsconnect/api-host";
import { appHostRoutes } from "./mlsconnect/app-host";
import { type Environment, findBoard, findClient, findMember } from "./mlsconnect/boards";
import { mlsConnectFaults } from "./mlsconnect/faults";

/**
 * MLSConnect: OAuth 2.0 authorization code with Doorkeeper behind it, one login and one client for each board.
 * Each environment is a portal of its own, so that one does not accept the tokens of the other.
 */
export function mlsConnect(
  environment: Environment,
  { appOrigins, now, variant, pkce }: Settings,
): Portal {
  const store = new Store(now);
  const server = {
    store,
    pkce,
    findClient: (id: string) => findClient(environment, id, appOrigins),
  };

  return {
    id: environment.id,
    name: environment.name,
    hosts: {
      [environment.appHost]: appHostRoutes(environment, server, appOrigins),
      [environment.apiHost]: apiHostRoutes(server, variant),
    },
    entryPages: environment.boards.map(({ id, label }) => ({
      label,
      path: `/${environment.appHost}/dashboard/${id}`,
    })),
    faults: mlsConnectFaults,
    issued: () => ({ accessTokens: [...store.tokens.keys()], codes: [...store.grants.keys()] }),
    expireCodes: () => store.expireCodes(),
    removeApp({ board: boardId = "", person }) {
      const board = findBoard(environment, boardId);
      const member = board && findMember(board.id, person);
      if (!board || !member) return null;
      const tokens = store.liveTokens(board.id, member.id);
      for (const token of tokens) token.revoked = true;
      return tokens.length;
    },
  };
}
