import "server-only";
import { endExchange, forgetExchange, sealCode } from "@/lib/accounts/revocation/lost-codes";
import { isOfAnother } from "@/lib/conversation/issuers";
import type { Transaction } from "@/lib/db/database";
import type { AuthorizationResponse } from "@/lib/oauth/authorization-response";
import type { Connection } from "@/lib/portals/connections";
import { log, traceOf } from "@/lib/process/log";
import { LostExchange } from "../flow/failure";
import type { FoundFlow } from "../flow/flow";
import type { Problem } from "../flow/problems";

/** A code on its way to the portal. It is kept until we know what came of it, since this process may die. */
export type Exchange = {
  /** To be kept with the claim of the flow, sealed; null where there is nothing to keep. */
  code: string | null;
  /** Done together with what came of it. @throws {LostExchange} when the code counts as lost by now */
  end: (tx: Transaction) => Promise<void>;
  /** For a failure: after it the code is sent once more, unless the portal has issued nothing. */
  failed: (problem: Problem) => Promise<void>;
};

/** Keeps the code of a flow that has come back, where that can be of use. */
export async function beginExchange(
  connection: Connection,
  flow: FoundFlow,
  response: AuthorizationResponse,
): Promise<Exchange> {
  const code = await keptCode(connection, flow, response);
  if (code === null) return { code, end: async () => {}, failed: async () => {} };
  const { stateHash } = flow;
  return {
    code,
    async end(tx) {
      if (!(await endExchange(tx, stateHash))) throw new LostExchange();
    },
    async failed(problem) {
      if (issuedNothing(problem)) await forget(stateHash);
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
  return problem === "invalid_grant";
}

async function forget(stateHash: string) {
  try {
    await forgetExchange(stateHash);
  } catch (error) {
    log("error", "code.not_forgotten", traceOf(error)); // it is sent once more, and refused
  }
}
