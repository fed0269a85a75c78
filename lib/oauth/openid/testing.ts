import {
  constants,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt } from "jose";
import { onTestFinished, vi } from "vitest";
import { exchangeCode, memberOf } from "@/lib/conversation/code-exchange";
import { company } from "@/lib/portals/company";
import { connectionsFrom } from "@/lib/portals/connections";
import { loginKey } from "@/lib/portals/login";
import type { OpenIdPortal } from "@/lib/portals/portal";
import { spark } from "@/lib/portals/spark";
import { OAuthError, type OAuthErrorCode } from "../errors";
import type { IdTokenAlgorithm } from "./id-token";

/** For tests only: an OpenID provider that can be told to misbehave in each of its parts, and what we make of it. */

type Part = "metadata" | "jwks" | "token" | "userinfo" | "member";
type Fields = Record<string, unknown>;

/** What a part answers instead; what is left out stays as it was. Text is sent as it is, anything else as JSON. */
export type Lie = { status?: number; headers?: Record<string, string>; body?: unknown };

export type Provider = Awaited<ReturnType<typeof provider>>;

export const client = { id: "our-client", secret: "a client secret of more than 32 characters" };

/** Starts a provider for the length of a test. Until told otherwise it behaves. */
export async function provider() {
  const parts = {
    /** At which it is reached. */
    url: "",
    /** Who it says it is. */
    issuer: "",
    /** Under which we remember it. */
    id: randomUUID(),
    asked: { metadata: 0, jwks: 0, token: 0, userinfo: 0, member: 0, elsewhere: 0 },
    /** What the token endpoint was last asked with. */
    tokenRequest: { authorization: undefined as string | undefined, body: "" },
    /** What userinfo was asked with. */
    bearer: null as string | null,
    /** Who is there. */
    subject: "member-7",
    /** Of the authorization request. */
    nonce: "nonce of this flow",
    /** What its key set publishes, and the key it signs with. */
    keys: [ours.jwk] as unknown[],
    key: ours,
    /** What is said in addition, or instead; `undefined` is not said at all. */
    metadata: {} as Fields,
    header: {} as Fields,
    claims: {} as Fields,
    tokens: {} as Fields,
    userinfo: {} as Fields,
    /** What its portal's file says that ID tokens are signed with; RS256 unless told. */
    algorithms: undefined as readonly IdTokenAlgorithm[] | undefined,
    /** The ID token made from header and claims. */
    idToken: (header: Fields, claims: Fields) => compact(header, claims, rs(256, parts.key)),
    lies: { member: { status: 404 } } as Partial<Record<Part, Lie>>,
    /** Parts that take a request and never answer. */
    silent: [] as Part[],
  };

  const at = (path: string) => parts.issuer.replace(/\/$/, "") + path;
  const answers = {
    metadata: () => ({
      issuer: parts.issuer,
      authorization_endpoint: at("/authorize"),
      token_endpoint: at("/token"),
      jwks_uri: at("/jwks"),
      userinfo_endpoint: at("/userinfo"),
      ...parts.metadata,
    }),
    jwks: () => ({ keys: parts.keys }),
    token: () => ({
      access_token: "access-token",
      token_type: "Bearer",
      expires_in: 3600,
      id_token: idToken(),
      ...parts.tokens,
    }),
    userinfo: () => ({ sub: parts.subject, name: "Anna Peeters", ...parts.userinfo }),
    member: () => ({}),
  };

  function idToken() {
    const seconds = Math.floor(Date.now() / 1000);
    const claims = {
      iss: parts.issuer,
      sub: parts.subject,
      aud: client.id,
      iat: seconds,
      exp: seconds + 600,
      nonce: parts.nonce,
    };
    const header = { alg: "RS256", kid: parts.key.kid };
    return parts.idToken({ ...header, ...parts.header }, { ...claims, ...parts.claims });
  }

  const server = createServer(async (request, response) => {
    const part = partAt(request.url);
    parts.asked[part ?? "elsewhere"] += 1;
    if (part === "token") {
      let body = "";
      for await (const chunk of request) body += chunk;
      parts.tokenRequest = { authorization: request.headers.authorization, body };
    }
    if (part === "userinfo") parts.bearer = request.headers.authorization ?? null;
    if (!part) return response.writeHead(404).end();
    if (parts.silent.includes(part)) return;
    const { status = 200, headers = {}, body = answers[part]() } = parts.lies[part] ?? {};
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  parts.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  parts.issuer = parts.url;
  return parts;
}

function partAt(path = ""): Part | undefined {
  if (path === "/.well-known/openid-configuration") return "metadata";
  return (["jwks", "token", "userinfo", "member"] as const).find((part) => path === `/${part}`);
}

/** Variables that make a provider the company login. */
export function companyVariables({ issuer }: Provider): Record<string, string> {
  return {
    COMPANY_LOGIN_ISSUER: issuer,
    COMPANY_LOGIN_CLIENT_ID: client.id,
    COMPANY_LOGIN_CLIENT_SECRET: client.secret,
  };
}

/** Variables that make a provider's connection. */
export function providerVariables({ url, issuer }: Provider): Record<string, string> {
  return {
    SPARK_CLIENT_ID: client.id,
    SPARK_CLIENT_SECRET: client.secret,
    SPARK_ISSUER: issuer,
    SPARK_MEMBER_URL: `${url}/member`,
  };
}

export type Verdict = "accepted" | OAuthErrorCode;

const asked = { portal: spark as OpenIdPortal, variables: providerVariables };

/** From now on it is the company login that exchanges codes, and not Spark. */
export function asCompanyLogin(): void {
  Object.assign(asked, { portal: company, variables: companyVariables });
}

/** Whether a code exchanged there says who is there, or why not. A provider is remembered from one exchange to the next. */
export async function verdictOn(provider: Provider, nonce = provider.nonce): Promise<Verdict> {
  const { algorithms } = provider;
  const portal = { ...asked.portal, ...(algorithms && { idTokenAlgorithms: algorithms }) };
  const [connection] = connectionsFrom([portal], asked.variables(provider)).connections;
  if (!connection) throw new Error("no connection");
  try {
    const answer = { code: "code", codeVerifier: null, nonce };
    const known = { ...connection, id: provider.id };
    const { tokens, idToken, moreFields } = await exchangeCode(known, answer);
    const claims = decodeJwt(idToken ?? "");
    const member = await memberOf(known, tokens, { claims, moreFields });
    const { login, issuer = "" } = connection;
    const id = login ? loginKey(String(issuer), provider.subject) : provider.subject;
    if (member.id !== id) throw new Error("another member was let in");
    return "accepted";
  } catch (error) {
    if (error instanceof OAuthError) return error.code;
    throw error;
  }
}

export type SigningKey = { kid: string; privateKey: KeyObject; publicKey: KeyObject; jwk: Fields };

export function signingKey(kid: string, modulusLength = 2048): SigningKey {
  const pair = generateKeyPairSync("rsa", { modulusLength });
  return { kid, ...pair, jwk: { ...pair.publicKey.export({ format: "jwk" }), kid, use: "sig" } };
}

/** The provider's key, and one of an attacker who uses its name. */
export const ours = signingKey("one");
export const forged = signingKey("one");

/** RFC 7515 section 3.1. Text stands for itself. */
export function compact(
  header: Fields | string,
  claims: Fields | string,
  signature: (input: string) => Buffer,
) {
  const encoded = [header, claims].map((part) =>
    Buffer.from(typeof part === "string" ? part : JSON.stringify(part)).toString("base64url"),
  );
  const input = encoded.join(".");
  return `${input}.${signature(input).toString("base64url")}`;
}

/** RFC 7518 section 3.3. */
export function rs(bits: 256 | 384 | 512, { privateKey }: SigningKey) {
  return (input: string) => sign(`sha${bits}`, Buffer.from(input), privateKey);
}

/** Section 3.5. */
export function ps(bits: 256 | 384 | 512, { privateKey }: Pick<SigningKey, "privateKey">) {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 };
  return (input: string) => sign(`sha${bits}`, Buffer.from(input), { key: privateKey, ...pss });
}

/** Section 3.4. */
export function es(bits: 256 | 384 | 512, { privateKey }: Pick<SigningKey, "privateKey">) {
  const key = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
  return (input: string) => sign(`sha${bits}`, Buffer.from(input), key);
}

/** Section 3.2. */
export function hs256(secret: string | Buffer) {
  return (input: string) => createHmac("sha256", secret).update(input).digest();
}

/** Deadlines of a fraction of a second, for the length of a test: long for an answer, short for a test. */
export function shortDeadlines() {
  const { timeout } = AbortSignal;
  const short = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => timeout(500));
  onTestFinished(() => short.mockRestore());
}
