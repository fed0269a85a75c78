import "server-only";
import type { z } from "zod";
import type { ListedLink } from "@/lib/accounts/clients/listed-links";
import type { Inactive, VendedHeaders, VendedToken } from "@/lib/accounts/clients/vend";
import { findConnection } from "@/lib/conversation/configuration";
import { settings } from "@/lib/env";
import type { HeadersAnswer, Link, TokenAnswer } from "./schemas";

/** What calls find out, by its names on the wire. */

export function linkAnswer({
  linkedAt,
  consentBy,
  status,
  ...link
}: ListedLink): z.infer<typeof Link> {
  return {
    ...link,
    status: {
      state: status.state,
      reason: "reason" in status ? status.reason : null,
      checked_at: "checkedAt" in status ? status.checkedAt.toISOString() : null,
    },
    consent_by: consentBy?.toISOString() ?? null,
    linked_at: linkedAt.toISOString(),
  };
}

export function tokenAnswer(
  vended: Exclude<VendedToken, { kind: "signed" }>,
): z.infer<typeof TokenAnswer> {
  if (vended.kind !== "token") return inactiveAnswer(vended);
  return {
    active: true,
    token: {
      access_token: vended.accessToken,
      scheme: vended.scheme,
      expires_at: vended.expiresAt?.toISOString() ?? null,
      generation: vended.generation,
      scopes: vended.scopes,
      headers: vended.headers,
    },
  };
}

export function headersAnswer(
  vended: Exclude<VendedHeaders, { kind: "not_its_api" }>,
): z.infer<typeof HeadersAnswer> {
  if (vended.kind !== "headers") return inactiveAnswer(vended);
  return { active: true, headers: vended.headers, generation: vended.generation };
}

/** No credential now, and what can be done: 200, for nothing is wrong with the request. */
function inactiveAnswer({ kind, connection, reason, retryAfter }: Inactive) {
  return {
    active: false as const,
    error: kind,
    reason,
    ...(retryAfter !== null && { retry_after: retryAfter }),
    connect_url: connectUrl(connection),
  };
}

/** Where a user can link or reconnect. The connection tells the page what to offer first. */
export function connectUrl(connection: string | null): string {
  const known = connection && findConnection(connection);
  return new URL(known ? `/connect/${known.id}` : "/dashboard", settings().origin).href;
}
