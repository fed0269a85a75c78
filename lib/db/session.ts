import type { Session } from "./migrations";

/** A session with a database that is taken as it is. */
export type OpenSession = Session & {
  /** Where the database is, for a sentence: never with a password. */
  place: string;
  /** The schema that our tables are in. */
  schema: string;
  /** Lets go of it. A statement that is under way on a server fails then. */
  close(): Promise<void>;
};
