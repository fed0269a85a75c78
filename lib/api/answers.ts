import "server-only";
import type { z } from "zod";
import type { LetGo } from "@/lib/accounts/clients/letting-go";
import type { ListedLink } from "@/lib/accounts/clients/listed-links";
import type { ServiceKey } from "@/lib/accounts/clients/service-keys";
import type { Inactive, VendedHeaders, VendedToken } from "@/lib/accounts/clients/vend";
import type { VisibleConnection } from "@/lib/accounts/clients/visible-connections";
import { findLinkable } from "@/lib/conversation/configuration";
import { settings } from "@/lib/env";
import type { Connections, HeadersAnswer, LettingGo, Link, TokenAnswer } from "./schemas";

/** What calls find out, by its names on the wire. */

export function linkAnswer({
  member,
  linkedAt,
  consentBy,
  externalId,
  status,
  ...link
}: ListedLink): z.infer<typeof Link> {
  return {
    ...link,
    external_id: externalId,
    member: {
      id: member.id,
      name: member.name,
      email: member.email,
      agency: member.agency,
      agency_id: member.agencyId,
      office_id: member.officeId,
      office_key: member.officeKey,
      office_mls_id: member.officeMlsId,
      member_mls_id: member.memberMlsId,
      mls_id: member.mlsId,
    },
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
  asked: Asked,
): z.infer<typeof TokenAnswer> {
  if (vended.kind !== "token") return inactiveAnswer(vended, asked);
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
  asked: Asked,
): z.infer<typeof HeadersAnswer> {
  if (vended.kind !== "headers") return inactiveAnswer(vended, asked);
  return { active: true, headers: vended.headers, generation: vended.generation };
}

/** Who has asked, and for which link. */
type Asked = { key: ServiceKey; link: string };

/** No credential now, and what can be done: 200, for nothing is wrong with the request. */
function inactiveAnswer({ kind, connection, reason, retryAfter }: Inactive, { key, link }: Asked) {
  return {
    active: false as const,
    error: kind,
    reason,
    ...(retryAfter !== null && { retry_after: retryAfter }),
    connect_url: connectUrl(key, connection),
    ...(key.client !== null && {
      next: { method: "POST", path: "/api/v1/connect-sessions", body: { link } },
    }),
  };
}

/**
 * Where a user can link or reconnect; the connection tells the page what to offer first. Null for a client: its users come by an address
 * that is made for each.
 */
export function connectUrl({ client }: ServiceKey, connection: string | null): string | null {
  if (client !== null) return null;
  const known = connection && findLinkable(connection);
  return new URL(known ? `/connect/${known.id}` : "/dashboard", settings().origin).href;
}

export function lettingGoAnswer(
  done: Extract<LetGo, { kind: "let_go" }>,
): z.infer<typeof LettingGo> {
  const { grantEnded, unlinked, revocation, removalUrl } = done;
  return {
    ...{ grant_ended: grantEnded, unlinked, revocation },
    ...(removalUrl !== null && { removal_url: removalUrl }),
  };
}

export function connectionAnswer({
  apis,
  refreshTokenDays,
  ...connection
}: VisibleConnection): z.infer<typeof Connections>["connections"][number] {
  return {
    ...connection,
    signed: connection.protocol === "oauth1",
    api: apis,
    refresh_token_days: refreshTokenDays,
  };
}
