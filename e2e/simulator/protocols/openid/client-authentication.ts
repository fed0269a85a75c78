import { timingSafeEqual } from "node:crypto";
import type { PortalRequest } from "../../request";
import type { Client } from "./store";

/**
 * OpenID Connect Core section 9: client_secret_basic or client_secret_post, never both (RFC 6749 section 2.3:
 * "MUST NOT use more than one authentication method").
 */
export function authenticateClient(
  headers: PortalRequest["headers"],
  parameters: ReadonlyMap<string, string>,
  findClient: (id: string) => Client | null,
): Client | null {
  const basic = readBasic(headers.authorization ?? "");
  if (basic === "malformed") return null;
  if (!basic)
    return knownClient(parameters.get("client_id"), parameters.get("client_secret"), findClient);
  if (parameters.has("client_secret")) return null;
  if (parameters.has("client_id") && parameters.get("client_id") !== basic.id) return null;
  return knownClient(basic.id, basic.secret, findClient);
}

export function knownClient(
  id: string | undefined,
  secret: string | undefined,
  findClient: (id: string) => Client | null,
) {
  const client = id && secret ? findClient(id) : null;
  return client && secret && isSame(client.secret, secret) ? client : null;
}

/** RFC 6749 section 2.3.1: both halves are form-encoded before they are joined. */
function readBasic(authorization: string) {
  if (!authorization) return null;
  const encoded = /^Basic ([\w+/=]+)$/i.exec(authorization)?.[1];
  if (encoded === undefined) return "malformed";
  const [id = "", ...secret] = Buffer.from(encoded, "base64").toString().split(":");
  try {
    return { id: decodeForm(id), secret: decodeForm(secret.join(":")) };
  } catch {
    return "malformed";
  }
}

function decodeForm(text: string) {
  return decodeURIComponent(text.replaceAll("+", " "));
}

function isSame(expected: string, given: string) {
  const [left, right] = [Buffer.from(expected), Buffer.from(given)];
  return left.length === right.length && timingSafeEqual(left, right);
}
