import type { Client } from "../../protocols/doorkeeper/store";
import { fullName, peopleOf } from "./people";

/** MLSConnect's two environments, their hosts, boards and clients. */

export type Board = { id: string; label: string };

/** Each environment has its own hosts, clients and boards. */
export type Environment = {
  id: string;
  name: string;
  appHost: string;
  apiHost: string;
  boards: readonly Board[];
  /** Whether every `board-<number>` exists too, for tests with many boards. */
  numberedBoards: boolean;
};

export const production: Environment = {
  id: "mlsconnect",
  name: "MLSConnect",
  appHost: "app.mls-connect.com", // authorize, login, dashboard
  apiHost: "mls-connect.com", // token, me, revoke
  boards: [
    { id: "cote-dazur", label: "MLS Côte d'Azur" },
    { id: "caraibes", label: "MLS Caraïbes" },
    { id: "federia", label: "Federia" },
  ],
  numberedBoards: true,
};

export const staging: Environment = {
  id: "mlsconnect-staging",
  name: "MLSConnect staging",
  appHost: "app.staging.mls-connect.test", // its real hosts are not public
  apiHost: "staging.mls-connect.test",
  boards: [{ id: "federia-staging", label: "Federia (staging)" }],
  numberedBoards: false,
};

export function findBoard(environment: Environment, id: string): Board | null {
  const board = environment.boards.find((candidate) => candidate.id === id);
  if (board) return board;
  const number = environment.numberedBoards ? /^board-(\d+)$/.exec(id)?.[1] : undefined;
  return number ? { id, label: `Board ${number}` } : null;
}

/** The client of a board, `simulated-federia` for example, with both kinds of callback at every app's origin. */
export function findClient(
  environment: Environment,
  id: string,
  appOrigins: readonly string[],
): Client | null {
  const prefix = "simulated-";
  const board = id.startsWith(prefix) ? findBoard(environment, id.slice(prefix.length)) : null;
  if (!board) return null;
  return {
    id,
    secret: `simulated-secret-${board.id}`,
    redirectUris: appOrigins.flatMap((origin) => [
      `${origin}/api/auth/callback/mlsconnect-${board.id}`,
      `${origin}/users/auth/mlsconnect/callback`,
    ]),
    board: board.id,
  };
}

export function findMember(board: string, idOrName: string) {
  return peopleOf(board).find((person) => person.id === idOrName || fullName(person) === idOrName);
}
