import "server-only";
import { findConnection } from "@/lib/conversation/configuration";
import {
  applicationHeaders,
  bearerHeaders,
  type Request,
  requestHeaders,
} from "@/lib/conversation/headers";
import { apiAddressProblem, applicationAddressProblem } from "@/lib/portals/api-bases";
import { confirmedToken } from "../checks/check";
import type { FreshToken, TokenOptions } from "../refresh/fresh-token";
import { readStoredLink } from "../statements";
import type { LinkRow } from "../tokens/link-tokens";
import { maySee, type ServiceKey } from "./service-keys";
import { recordVend } from "./vend-record";

/** Working credentials for a team's back end. Refresh tokens and secrets have no way out of here. */

/** Who asks for which link's credential, and under which id that is known. */
export type VendRequest = { key: ServiceKey; link: string; requestId: string };

/** Why there is no credential now. */
export type Inactive = {
  kind: "reconnect_needed" | "portal_unavailable";
  /** Where it can be mended. */
  connection: string;
  reason: string;
  /** In seconds, where that is known. */
  retryAfter: number | null;
};

export type VendedToken =
  | {
      kind: "token";
      accessToken: string;
      scheme: "Bearer" | "OAuth";
      /** Null where the portal names no end. */
      expiresAt: Date | null;
      generation: number;
      scopes: string[];
      /** All that a request to the portal's API is sent with. */
      headers: Record<string, string>;
    }
  /** The portal wants each request signed: a token alone is of no use. */
  | { kind: "signed" }
  | Inactive;

/** @returns null when there is no such link that this key may know of */
export async function vendToken(
  asked: VendRequest,
  wish: TokenOptions,
): Promise<VendedToken | null> {
  const answer = await credentialFor(asked, wish);
  if (!answer) return null;
  if (findConnection(answer.link.provider)?.portal.protocol === "oauth1") return { kind: "signed" };
  record(asked, answer);
  if (answer.kind !== "fresh") return inactive(answer);
  const { link, connection, tokens } = answer;
  const { portal } = connection;
  if (portal.protocol === "oauth1") return { kind: "signed" };
  return {
    kind: "token",
    accessToken: tokens.accessToken,
    scheme: portal.scheme,
    expiresAt: link.expires_at === null ? null : new Date(link.expires_at * 1000),
    generation: link.generation,
    scopes: link.scope?.split(" ").filter(Boolean) ?? [],
    headers: bearerHeaders(connection, portal, tokens.accessToken),
  };
}

export type VendedHeaders =
  | { kind: "headers"; headers: Record<string, string>; generation: number }
  /** The address is none of the portal's API; says what is wrong with it. */
  | { kind: "not_its_api"; problem: string }
  | Inactive;

/**
 * The headers of one request to the portal's API.
 * @param wish the token set that the portal has just refused, if there is one
 * @returns null when there is no such link that this key may know of
 */
export async function vendHeaders(
  asked: VendRequest,
  request: Request,
  wish: Pick<TokenOptions, "rejectedGeneration"> = {},
): Promise<VendedHeaders | null> {
  const answer = await credentialFor(asked, wish);
  if (!answer) return null;
  const connection = findConnection(answer.link.provider);
  const problem = connection && apiAddressProblem(connection, request.url);
  if (problem) return { kind: "not_its_api", problem };
  record(asked, answer);
  if (answer.kind !== "fresh") return inactive(answer);
  const headers = requestHeaders(answer.connection, answer.tokens, request);
  return { kind: "headers", headers, generation: answer.link.generation };
}

export type VendedApplicationHeaders =
  | { kind: "headers"; headers: Record<string, string> }
  /** The portal documents nothing that it gives without a member. */
  | { kind: "members_only" }
  /** Not an address at which it does; says what is wrong with it. */
  | { kind: "not_its_api"; problem: string };

/**
 * The headers of one request to a portal's API for our application itself, on behalf of no member.
 * @returns null when there is no such connection that this key may know of
 */
export function vendApplicationHeaders(
  { key, connection: id, requestId }: Omit<VendRequest, "link"> & { connection: string },
  request: Request,
): VendedApplicationHeaders | null {
  const connection = maySee(key, id) ? findConnection(id) : null;
  if (!connection) return null;
  if (!connection.portal.applicationPaths) return { kind: "members_only" };
  const problem = applicationAddressProblem(connection, request.url);
  if (problem) return { kind: "not_its_api", problem };
  recordVend({
    outcome: "succeeded",
    actor: `key:${key.id}`,
    connection: connection.id,
    requestId,
  });
  return { kind: "headers", headers: applicationHeaders(connection, request) };
}

function credentialFor({ key, link }: VendRequest, wish: TokenOptions) {
  return confirmedToken(link, wish, (id) => readVisibleLink(key, id));
}

/** One query, the same for a link that is not there and for one that this key may not know of. */
async function readVisibleLink(key: ServiceKey, id: string): Promise<LinkRow | null> {
  const link = await readStoredLink(id, key.client);
  return link && maySee(key, link.provider) ? link : null;
}

function record({ key, requestId }: VendRequest, { kind, link }: FreshToken) {
  recordVend({
    outcome: kind === "fresh" ? "succeeded" : kind,
    actor: `key:${key.id}`,
    userId: link.userId,
    accountId: link.id,
    connection: link.provider,
    requestId,
  });
}

function inactive(answer: Exclude<FreshToken, { kind: "fresh" }>): Inactive {
  const { kind, link, reason } = answer;
  const retryAfter = kind === "portal_unavailable" ? answer.retryAfter : null;
  return { kind, connection: link.provider, reason, retryAfter };
}
