import { AsyncResource } from "node:async_hooks";
import { createConnection } from "node:net";
import { Client, type ClientConfig, Pool, type PoolConfig } from "pg";
import { tracing } from "@/lib/process/spans";
import { retryingConflicts } from "./conflicts";
import { statementSpan } from "./statement-span";

/**
 * Connections to a server. The defaults of server, role and database change nothing in their sessions, and nothing is left
 * behind in a session: a pooler may give each transaction another one.
 */

/** Between one statement and its answer, in milliseconds. What has not come by then is ended at the server as well. */
const STATEMENT_MS = 30_000;

/** The same within a transaction, which may take 15 seconds. */
const STATEMENT_IN_TRANSACTION_MS = 12_000;

/** Longer, and its process is gone without a word: its locks go, too. */
const IDLE_IN_TRANSACTION_MS = 30_000;

const CANCEL_MS = 5_000;

/**
 * What Prisma's adapter takes for granted: it reads and writes times without their zone. PgBouncer knows these three and gives
 * each of its clients a session that has them.
 */
const SESSION = { DateStyle: "ISO, MDY", TimeZone: "UTC", standard_conforming_strings: "on" };

/** How every transaction begins, in place of the adapter's plain BEGIN. Not READ WRITE: an operator may have closed the database. */
const BEGIN = [
  "BEGIN ISOLATION LEVEL READ COMMITTED",
  `SET LOCAL statement_timeout = ${STATEMENT_IN_TRANSACTION_MS}`,
  "SET LOCAL lock_timeout = 0",
  `SET LOCAL idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
].join("; ");

type Answered = (error: Error | undefined, result: unknown) => void;
type Ask = (what: unknown, values?: unknown, answered?: Answered) => Promise<unknown> | undefined;

/** What node-postgres has and its types do not. */
type Inside = {
  getStartupConf: () => Record<string, string>;
  connection: { stream: { destroy(): void } };
  processID: number | null;
  secretKey: number | null;
};

/** A connection with a session of ours. A statement that takes too long takes the connection with it. */
export class ServerClient extends Client {
  constructor(config: ClientConfig = {}) {
    super({ query_timeout: STATEMENT_MS, ...config, password: config.password }); // a pool hides it from a copy
    const inside = this as unknown as Inside;
    const startup = inside.getStartupConf.bind(this);
    inside.getStartupConf = () => ({ ...startup(), ...SESSION });

    const ask = this.query.bind(this) as Ask;
    const asked: Ask = (what, values, answered) => {
      const statement = withOurBeginning(what);
      const span = statementSpan(statement);
      const ended = (failure?: Error) => {
        span?.end({ failure });
        if (failure) this.#giveUpAfter(failure);
      };
      if (answered) {
        return ask(statement, values, (error, result) => {
          ended(error);
          answered(error, result);
        });
      }
      return ask(statement, values)?.then(
        (result) => {
          ended();
          return result;
        },
        (error) => {
          ended(error);
          throw error;
        },
      );
    };
    this.query = asked as Client["query"];
  }

  /** The answer may come yet, and would be taken for that to the next question; the statement may hold locks. */
  #giveUpAfter({ message }: Error) {
    if (message !== "Query read timeout") return;
    const { connection, processID, secretKey } = this as unknown as Inside;
    if (processID !== null && secretKey !== null) cancel(this, processID, secretKey);
    connection.stream.destroy();
  }
}

function withOurBeginning(what: unknown) {
  const isBegin = typeof what === "object" && what !== null && "text" in what;
  return isBegin && what.text === "BEGIN" ? { ...what, text: BEGIN } : what;
}

/** PostgreSQL's CancelRequest: on a connection of its own, answered by nothing. */
function cancel({ host, port }: Client, processID: number, secretKey: number) {
  const request = Buffer.alloc(16);
  for (const [at, each] of [16, 80_877_102, processID, secretKey].entries()) {
    request.writeInt32BE(each, at * 4);
  }
  const socket = host.startsWith("/")
    ? createConnection(`${host}/.s.PGSQL.${port}`)
    : createConnection(port, host);
  socket.on("error", () => null).setTimeout(CANCEL_MS, () => socket.destroy());
  socket.end(request);
}

/** A pool of such connections. A statement outside of transactions that was undone for the sake of another one is made again. */
export class ServerPool extends Pool {
  constructor(config: PoolConfig) {
    super({ ...config, Client: ServerClient });
    const query = this.query.bind(this) as (...args: unknown[]) => Promise<unknown>;
    const asked = (...args: unknown[]) => retryingConflicts(() => query(...args));
    this.query = asked as Pool["query"];

    const connect = this.connect.bind(this) as (taken?: Taken) => unknown;
    const connected = (taken?: Taken) => connect(taken && inItsOwnTrace(taken));
    this.connect = connected as Pool["connect"];
  }
}

type Taken = (...answer: unknown[]) => void;

/** A connection that was waited for is handed over where another request gave it back. */
function inItsOwnTrace(taken: Taken): Taken {
  return tracing().tracer ? AsyncResource.bind(taken) : taken;
}
