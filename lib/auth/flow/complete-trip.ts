import "server-only";
import { keep } from "@/lib/accounts/connect/keep";
import { complete } from "@/lib/accounts/linking/complete";
import { linkKey } from "@/lib/accounts/linking/expected-member";
import { giveBack } from "@/lib/accounts/revocation/lost-codes";
import { sha256 } from "@/lib/accounts/tokens/sha256";
import type { MemberTokens } from "@/lib/conversation/code-exchange";
import { databaseNow } from "@/lib/db/clock";
import type { Transaction } from "@/lib/db/database";
import type { Write } from "@/lib/db/together";
import type { Connection } from "@/lib/portals/connections";
import { log, traceOf } from "@/lib/process/log";
import { type FinishedFlow, outcomeOf } from "./consumption";
import { type Failure, FlowFailure, LostExchange } from "./failure";
import type { Flow } from "./flow";
import { pathWith } from "./problems";
import type { Trip } from "./trip";

/**
 * Completes a flow with what the portal has said. Where it ends is recorded with everything else, in one transaction.
 * @param key what a new link is given as its key where the portal names no member; Auth.js may have asked for it already
 * @param byKeys whether the tokens were pasted by their member, instead of coming from a flow
 */
export async function completeTrip(
  connection: Connection,
  {
    flow,
    oldSession,
    reference,
    alsoWrite = [],
    end = async () => {},
  }: Omit<Trip, "flow"> & { flow: Omit<Trip["flow"], "checks"> },
  { member, tokens }: MemberTokens,
  { key, byKeys = false }: { key?: string; byKeys?: boolean } = {},
): Promise<FinishedFlow | Failure> {
  const now = new Date();
  await databaseNow(); // so that what is stored ends by that clock
  if (flow.connectSession !== null) {
    const session = flow.connectSession;
    const trip = { flow, session, reference, alsoWrite, end, now };
    return keepTrip(connection, trip, { member, tokens });
  }
  let finished: FinishedFlow | null = null;
  try {
    const completion = await complete({
      ...{ connection, member, tokens, byKeys, oldSession, reference, now },
      key: key ?? linkKey(connection, member.id, flow.expected),
      owner: flow.owner,
      expected: flow.expected,
      alsoWrite: async (tx, { success, session }) => {
        const result = { kind: "success", success, connection: connection.id } as const;
        finished = { location: pathWith(flow.returnTo, result), session };
        return [await outcomeOf(tx, flow.state, finished, now), ...alsoWrite];
      },
      end,
    });
    if (completion.kind !== "done") return { problem: completion.kind };
  } catch (error) {
    return notSaved(error, connection, { tokens, member, state: flow.state });
  }
  return finished ?? { problem: "internal" };
}

/** The same for a connect session: what has come back is kept until its client finishes it. */
async function keepTrip(
  connection: Connection,
  { flow, session, alsoWrite, ...trip }: ConnectTrip,
  arrived: MemberTokens,
): Promise<FinishedFlow | Failure> {
  const { returnTo, state } = flow;
  let finished: FinishedFlow | null = null;
  try {
    const kept = await keep({
      ...{ connection, session, ...arrived, ...trip },
      alsoWrite: async (tx, { isAll }) => {
        const result = { kind: "success", success: "linked", connection: connection.id } as const;
        const location = isAll ? `${returnTo}/back` : pathWith(returnTo, result);
        finished = { location, session: null };
        return [await outcomeOf(tx, state, finished, trip.now), ...alsoWrite];
      },
    });
    if (kept.kind !== "kept") return { problem: kept.kind };
  } catch (error) {
    return notSaved(error, connection, { ...arrived, state });
  }
  return finished ?? { problem: "internal" };
}

/** Tokens of a code that counts as lost go back to the portal: another process may have had it end them, and may not. */
async function notSaved(
  error: unknown,
  connection: Connection,
  { state, ...arrived }: MemberTokens & { state: string },
): Promise<Failure> {
  if (!(error instanceof FlowFailure)) return { problem: "not_saved", detail: traceOf(error) };
  if (error instanceof LostExchange) {
    try {
      await giveBack(connection, sha256(state), arrived);
    } catch (failure) {
      log("error", "code.not_given_back", traceOf(failure));
    }
  }
  return error.failure;
}

type ConnectTrip = {
  flow: Pick<Flow, "returnTo"> & { state: string };
  session: string;
  reference: string;
  now: Date;
  alsoWrite: readonly Write[];
  end: (tx: Transaction) => Promise<void>;
};
