import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** Four portals with as many members as are wanted, whose tokens a CRM has had for years: a board, Spark, ImmoScout24 and Otodom. */

/** A row of the CRM's table, as `examples/crm/moving-in.mjs` reads it. */
type Row = Record<string, unknown>;

export async function portalsOfMany(members: number) {
  /** By access token, whose it is; and by refresh token. */
  const alive = new Map<string, string>();
  const refreshable = new Map<string, string>();
  /**
   * Refresh tokens that came twice, because a process died before it had stored the answer. These
   * portals forgive that and give the same answer again; at one that does not, such a member has to connect anew.
   */
  const reused: string[] = [];
  const spent = new Map<string, object>();
  const rows: Row[] = [];

  for (let n = 0; n < members; n += 1) {
    const agent = { id: `agent-${n}`, name: `Agent ${n}` };
    const access = `access-secret-${n}`;
    const refresh = `refresh-secret-${n}`;
    const hasEnded = n % 8 >= 4; // every second of those that can be renewed
    const whose = `member-${n}`;
    switch (n % 4) {
      case 0: {
        alive.set(access, whose);
        rows.push({ agent, portal: "federia", token: access });
        break;
      }
      case 1: {
        alive.set(access, whose);
        rows.push({ agent, portal: "immoscout24", token: access, secret: `token-secret-${n}` });
        break;
      }
      default: {
        if (!hasEnded) alive.set(access, whose);
        refreshable.set(refresh, whose);
        const portal = n % 4 === 2 ? "otodom" : "flexmls";
        rows.push({ agent, portal, token: access, refreshToken: refresh, scopes: ["openid"] });
      }
    }
  }

  const server = createServer(async (request, response) => {
    const { status, body } = answerTo(request, await textOf(request));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });

  function answerTo({ url = "", headers }: IncomingMessage, text: string) {
    const path = url.replace(/\?.*/, "");
    if (path === "/spark/.well-known/openid-configuration")
      return { status: 200, body: metadata() };
    if (path.endsWith("/token")) return renew(text);
    const member = alive.get(tokenIn(headers.authorization ?? ""));
    if (member === undefined) return { status: 401, body: { error: "invalid_token" } };
    return { status: 200, body: bodyOf(path, member) };
  }

  function renew(text: string) {
    const fields = text.startsWith("{")
      ? JSON.parse(text)
      : Object.fromEntries(new URLSearchParams(text));
    const refresh = String(fields.refresh_token);
    const before = spent.get(refresh);
    if (before) {
      reused.push(refresh);
      return { status: 200, body: before };
    }
    const member = refreshable.get(refresh);
    if (member === undefined) return { status: 400, body: { error: "invalid_grant" } };
    refreshable.delete(refresh);
    const next = { access_token: `${refresh}-a`, refresh_token: `${refresh}-r` };
    const body = { ...next, token_type: "Bearer", expires_in: 86_400 };
    spent.set(refresh, body);
    alive.set(next.access_token, member);
    refreshable.set(next.refresh_token, member);
    return { status: 200, body };
  }

  function metadata() {
    const at = (path: string) => `${url()}/spark/${path}`;
    return {
      issuer: `${url()}/spark`,
      authorization_endpoint: at("authorize"),
      token_endpoint: at("token"),
      userinfo_endpoint: at("userinfo"),
      jwks_uri: at("keys"),
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
    };
  }

  const url = () => `http://localhost:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return {
    rows: rows as readonly Row[],
    reused: reused as readonly string[],
    /** Whether a token works. */
    isAlive: (token: string | null) => token !== null && alive.has(token),
    /** What a deployment needs to be told. */
    settings: () => settingsFor(url()),
    close: () => void server.close(),
  };
}

/** RFC 6750 section 2.1, Spark's own word for it, and RFC 5849 section 3.5.1. */
function tokenIn(authorization: string) {
  const [, signed] = /oauth_token="([^"]*)"/.exec(authorization) ?? [];
  return signed ?? authorization.replace(/^\w+ /, "");
}

/** What each portal says of a member to whom a token belongs. */
function bodyOf(path: string, member: string) {
  if (path.startsWith("/mls/")) return { id: member, name: member };
  if (path === "/spark/userinfo") return { sub: member, name: member };
  if (path.startsWith("/immo/")) {
    return { "realestates.realEstates": { Paging: { numberOfHits: 1 } } };
  }
  return path.startsWith("/olx/") ? { data: [] } : {};
}

function settingsFor(url: string): Record<string, string> {
  return {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "a",
    MLSCONNECT_CLIENT_SECRET: "b",
    MLSCONNECT_AUTHORIZATION_URL: `${url}/mls/authorize`,
    MLSCONNECT_TOKEN_URL: `${url}/mls/token`,
    MLSCONNECT_MEMBER_URL: `${url}/mls/me`,
    MLSCONNECT_API_URL: `${url}/mls`,
    OLX_SITES: "otodom",
    OLX_CLIENT_ID: "a",
    OLX_CLIENT_SECRET: "b",
    OLX_API_KEY: "c",
    OLX_AUTHORIZATION_URL: `${url}/olx/authorize`,
    OLX_TOKEN_URL: `${url}/olx/token`,
    OLX_MEMBER_URL: `${url}/olx/advert/v1/meta`,
    OLX_API_URL: `${url}/olx`,
    IMMOSCOUT24_CLIENT_ID: "a",
    IMMOSCOUT24_CLIENT_SECRET: "b",
    IMMOSCOUT24_REQUEST_TOKEN_URL: `${url}/immo/request_token`,
    IMMOSCOUT24_AUTHORIZATION_URL: `${url}/immo/confirm_access`,
    IMMOSCOUT24_ACCESS_TOKEN_URL: `${url}/immo/access_token`,
    IMMOSCOUT24_MEMBER_URL: `${url}/immo/realestate`,
    IMMOSCOUT24_API_URL: `${url}/immo`,
    SPARK_CLIENT_ID: "a",
    SPARK_CLIENT_SECRET: "b",
    SPARK_ISSUER: `${url}/spark`,
    SPARK_MEMBER_URL: `${url}/spark/v1/my/account`,
    SPARK_API_URL: `${url}/spark`,
    SPARK_LOGOUT_URL: `${url}/spark/logout`,
    ...Object.fromEntries(
      ["MLSCONNECT", "OLX", "IMMOSCOUT24", "SPARK"].flatMap((portal) => [
        [`${portal}_CHECKS_PER_SECOND`, "100"],
        [`${portal}_CHECKS_AT_ONCE`, "10"],
      ]),
    ),
  };
}

async function textOf(request: IncomingMessage) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}
