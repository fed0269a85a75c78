import "server-only";
import type { z } from "zod";
import type { Inactive } from "@/lib/accounts/clients/vend";
import { connectUrl } from "./connect-url";
import type { TokenAnswer } from "./schemas";

type InactiveAnswer = Extract<z.infer<typeof TokenAnswer>, { active: false }>;

/** No credential now, and what can be done: 200, for nothing is wrong with the request. */
export function inactiveAnswer({ kind, connection, reason, retryAfter }: Inactive): InactiveAnswer {
  return {
    active: false,
    error: kind,
    reason,
    ...(retryAfter !== null && { retry_after: retryAfter }),
    connect_url: connectUrl(connection),
  };
}
