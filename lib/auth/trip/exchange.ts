import "server-only";
import { EXCHANGE_SECONDS, exchangeEnded, sealCode } from "@/lib/accounts/revocation/lost-codes";
import { isOfAnother } from "@/lib/conversation/issuers";
import { database } from "@/lib/db/database";
import type { Write } from "@/lib/db/together";
import type { AuthorizationResponse } from "@/lib/oauth/authorization-response";
import type { Connection } from "@/lib/portals/connections";
import { log, traceOf } from "@/lib/process/log";
import { FlowFailure } from "../flow/failure";
import type { FoundFlow } from "../flow/flow";
import type { Problem } from "../flow/problems";

/** A code on its way to the portal. It is kept until we know what came of it, since this process may die. */
export type Exchange = {
  /** To be kept with the claim of the flow, sealed; null where there is nothing to keep. */
  code: string | null;
  /** What is written together with what came of it. @throws {FlowFailure} when the code may count as lost by now */
  ending: (db: object) => readonly Write[];
  /** For a failure: after it the code is sent once more, unless the portal has issued nothing. */
  failed: (problem: Problem) => Promise<void>;
};

/** To be called before the flow is claimed: the time of the exchange begins here. */
export async function beginExchange(
  connection: Connection,
  flow: FoundFlow,
  response: AuthorizationResponse,
): Promise<Exchange> {
  const began = performance.now();
  const code = await keptCode(connection, flow, response);
  if (code === null) return { code, ending: () => [], failed: async () => {} };
  return {
    code,
    ending(db) {
      const isLate = performance.now() - began > EXCHANGE_SECONDS * 1000;
      if (isLate) throw new FlowFailure({ problem: "timed_out" });
      return [exchangeEnded(db, flow.stateHash)];
    },
    async failed(problem) {
      if (issuedNothing(problem)) await forget(flow.stateHash);
    },
  };
}

/** @returns null where the code is not this portal's, or its tokens cannot be taken back */
async function keptCode(
  connection: Connection,
  { checks }: FoundFlow,
  { answer, issuer }: AuthorizationResponse,
): Promise<string | null> {
  if (answer.kind !== "code" || isOfAnother(connection, issuer)) return null;
  const codeVerifier = checks["pkce.code_verifier"] ?? null;
  const nonce = checks.nonce ?? null;
  return sealCode(connection, { code: answer.code, codeVerifier, nonce, issuer });
}

function issuedNothing(problem: Problem) {
  return problem === "invalid_grant" || problem === "invalid_client";
}

async function forget(stateHash: string) {
  try {
    const db = await database();
    await db.$executeRaw(exchangeEnded(db, stateHash));
  } catch (error) {
    log("error", "code.not_forgotten", traceOf(error)); // it is sent once more, and refused
  }
}
