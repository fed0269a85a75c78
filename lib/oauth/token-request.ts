import { isSuccess, jsonIn, readJson } from "./answer";
import type { ErrorFormat } from "./errors";
import { holdsAccessToken, readTokenResponse, type TokenResponse } from "./tokens";
import { type Answer, type Call, send } from "./transport";

/** A grant's own fields, RFC 6749 sections 4.1.3, 4.3.2 and 6: `grant_type`, `code`, `redirect_uri`, … */
export type Grant = { grant_type: string } & Record<string, string>;

/**
 * RFC 6749 section 2.3.1: `client_id` and `client_secret` among the fields of the body, or as HTTP Basic; form-encoded beforehand, as
 * that section has it, or as they are.
 */
export type ClientAuth = "body" | "basic" | "encoded_basic";

/** What the portal documents; the RFC itself knows forms only. */
export type TokenRequestFormat = "json" | "form";

export type TokenEndpoint = {
  url: string;
  registration: { id: string; secret: string };
  clientAuth: ClientAuth;
  format: TokenRequestFormat;
  /** Beside `Accept` and `Content-Type`: `User-Agent`, and what else the portal wants. */
  headers: Record<string, string>;
  errors: ErrorFormat;
  /** Sent with every request for tokens, beside what the grant needs. */
  parameters?: Readonly<Record<string, string>>;
  /** Turns the portal's own token answer into RFC 6749's; null when it is none. */
  readTokens?: (body: unknown) => unknown;
  /** Milliseconds for the whole exchange; the transport's own unless told. */
  deadline?: number;
};

const mediaTypes = { json: "application/json", form: "application/x-www-form-urlencoded" };

/**
 * Asks a token endpoint for tokens, RFC 6749 section 3.2.
 * Never repeated by itself: the first request spends a code, also when its answer is lost.
 * @throws {OAuthError}
 */
export async function requestTokens(endpoint: TokenEndpoint, grant: Grant): Promise<TokenResponse> {
  const { parameters } = endpoint;
  const answer = await send(registeredRequest(endpoint, { ...parameters, ...grant }));
  return readTokenResponse(bodyOf(answer, endpoint), new Date());
}

/** A success with an access token in it is one. Nothing beside the token can change that. @throws {OAuthError} */
function bodyOf(answer: Answer, { errors, readTokens }: TokenEndpoint): unknown {
  const json = jsonIn(answer);
  const body = readTokens ? inStandardForm(json, readTokens) : json;
  if (isSuccess(answer) && !errors.readError && holdsAccessToken(body)) return body;
  const checked = readJson(answer, errors);
  return readTokens ? body : checked;
}

/** Null where the portal's own reader cannot read the answer. */
function inStandardForm(body: unknown, readTokens: (body: unknown) => unknown): unknown {
  try {
    return readTokens(body);
  } catch {
    return null;
  }
}

/** One request in which we prove who we are, RFC 6749 section 2.3. */
export function registeredRequest(endpoint: TokenEndpoint, given: Record<string, string>): Call {
  const { url, registration, clientAuth, format, headers, deadline } = endpoint;
  const credentials = { client_id: registration.id, client_secret: registration.secret };
  const fields = clientAuth === "body" ? { ...credentials, ...given } : given;
  return {
    url,
    method: "POST",
    ...(deadline !== undefined && { deadline }),
    headers: {
      ...headers,
      accept: "application/json",
      "content-type": mediaTypes[format],
      ...(clientAuth !== "body" && { authorization: basic(registration, clientAuth) }),
    },
    body: format === "json" ? JSON.stringify(fields) : String(new URLSearchParams(fields)),
  };
}

/** RFC 7617. Portals document it without the form-encoding beforehand; OpenID providers undo that. */
function basic({ id, secret }: TokenEndpoint["registration"], clientAuth: ClientAuth) {
  const encoded = clientAuth === "encoded_basic" ? formEncoded : (text: string) => text;
  return `Basic ${Buffer.from(`${encoded(id)}:${encoded(secret)}`).toString("base64")}`;
}

function formEncoded(text: string) {
  return String(new URLSearchParams([[text, ""]])).slice(0, -1);
}
