import { timingSafeEqual } from "node:crypto";
import type { PortalRequest } from "../../request";
import type { Client } from "./store";

/**
 * The client's credentials: in Basic or in the body, never in both (RFC 6749 section 2.3: "MUST NOT use more than one
 * authentication method"). Doorkeeper 5.8, client/credentials.rb, does not percent-decode Basic.
 */
export function authenticateClient(
  headers: PortalRequest["headers"],
  parameters: ReadonlyMap<string, string>,
  findClient: (id: string) => Client | null,
): Client | null {
  const basic = readBasic(headers.authorization ?? "");
  if (basic && parameters.has("client_secret")) return null;
  const id = basic ? basic.id : parameters.get("client_id");
  const secret = basic ? basic.secret : parameters.get("client_secret");
  if (!id || !secret) return null;
  const client = findClient(id);
  return client && isSame(client.secret, secret) ? client : null;
}

function readBasic(authorization: string) {
  const encoded = /^Basic (.*)$/.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const [id = "", ...secret] = Buffer.from(encoded, "base64").toString().split(":");
  return { id, secret: secret.join(":") };
}

function isSame(expected: string, given: string) {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
