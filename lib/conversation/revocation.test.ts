import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { connectionsFrom } from "@/lib/portals/connections";
import { mlsConnect } from "@/lib/portals/mlsconnect";
import type { Revocation } from "@/lib/portals/portal";
import { revocationsAt, revokesEachToken } from "./revocability";
import { revokeAtPortal } from "./revocation";

/** What a portal's answers about several tokens come to together, and what is known of its ways. */

/** A board that answers with a status for each kind of token. */
async function boardAnswering(statuses: Record<string, number>) {
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const hint = new URLSearchParams(body).get("token_type_hint") ?? "";
    const status = statuses[hint] ?? 404;
    response.writeHead(status).end(status === 400 ? '{"error":"unsupported_token_type"}' : "{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

function board(url: string, revocation: readonly Revocation[] = mlsConnect.revocation) {
  const [connection] = connectionsFrom([mlsConnect], {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    MLSCONNECT_AUTHORIZATION_URL: `${url}/authorize`,
    MLSCONNECT_TOKEN_URL: `${url}/token`,
    MLSCONNECT_MEMBER_URL: `${url}/me`,
    MLSCONNECT_REVOCATION_URL: `${url}/revoke`,
  }).connections;
  if (!connection) throw new Error("no connection");
  return { ...connection, portal: { ...mlsConnect, revocation } };
}

test.each([
  [200, 200, "revoked"],
  [503, 200, "unavailable"],
  [200, 503, "unavailable"],
  [400, 200, "refused"],
  [200, 400, "refused"],
  [400, 503, "unavailable"],
  [503, 400, "unavailable"],
])(
  "%i for the refresh token and %i for the access token is %s",
  async (refresh_token, access_token, kind) => {
    const connection = board(await boardAnswering({ refresh_token, access_token }));
    const tokens = { accessToken: "access-1", refreshToken: "refresh-1" };
    expect((await revokeAtPortal(connection, tokens)).kind).toBe(kind);
  },
);

const ways: Record<string, Revocation> = {
  alone: { by: "rfc7009", revokesEachToken: true },
  whole: { by: "rfc7009" },
  resource: { by: "delete", path: "/tokens" },
};

test.each<[string[], boolean]>([
  [["alone"], true],
  [["whole"], false],
  [["resource"], false],
  [["resource", "alone"], false],
  [[], false],
])("where tokens are taken back by %j, each stands alone: %s", (names, each) => {
  const revocation = names.flatMap((name) => ways[name] ?? []);
  expect(revokesEachToken(board("https://board.example", revocation))).toBe(each);
});

test("without an address RFC 7009 is no way, and DELETE still is", () => {
  const { endpoints, ...rest } = board("https://board.example", Object.values(ways));
  const { REVOCATION: _, ...others } = endpoints;
  expect(revocationsAt({ ...rest, endpoints: others })).toEqual([ways.resource]);
});
