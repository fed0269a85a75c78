import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { importedTokens } from "@/lib/oauth/tokens";
import { connectionsFrom } from "@/lib/portals/connections";
import { mlsConnect } from "@/lib/portals/mlsconnect";
import { olx } from "@/lib/portals/olx";
import type { Portal } from "@/lib/portals/portal";
import { spark } from "@/lib/portals/spark";
import { fetchMember } from "./member";

/** What a portal's failing record means: all where it says who is there, nothing where it only adds to that. */

const claims = { sub: "member-7", name: "Anna Peeters" };
const tokens = importedTokens("access-1", null);

/** A connection to a portal whose record is answered like this. */
async function connectionTo(portal: Portal, status: number, body = "{}") {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const [connection] = connectionsFrom([portal], {
    MLSCONNECT_BOARDS: "federia",
    MLSCONNECT_CLIENT_ID: "client",
    MLSCONNECT_CLIENT_SECRET: "client-secret",
    MLSCONNECT_AUTHORIZATION_URL: `${url}/authorize`,
    MLSCONNECT_TOKEN_URL: `${url}/token`,
    MLSCONNECT_MEMBER_URL: `${url}/me`,
    OLX_SITES: "otodom",
    OLX_CLIENT_ID: "client",
    OLX_CLIENT_SECRET: "client-secret",
    OLX_API_KEY: "key",
    OLX_AUTHORIZATION_URL: `${url}/authorize`,
    OLX_TOKEN_URL: `${url}/token`,
    OLX_MEMBER_URL: `${url}/me`,
    OLX_API_URL: url,
    SPARK_CLIENT_ID: "client",
    SPARK_CLIENT_SECRET: "client-secret",
    SPARK_ISSUER: url,
    SPARK_MEMBER_URL: `${url}/me`,
  }).connections;
  if (!connection) throw new Error("no connection");
  return connection;
}

test.each([
  [401, "unexpected"], // in no form of the portal's own
  [429, "rate_limited"],
  [500, "failing"],
])("a record that is needed and answered %i is %s", async (status, code) => {
  const connection = await connectionTo(mlsConnect, status);
  await expect(fetchMember(connection, tokens, { claims: null })).rejects.toMatchObject({ code });
});

test("a record that names no member is unexpected", async () => {
  const connection = await connectionTo(mlsConnect, 200, '{"name":"Anna Peeters"}');
  await expect(fetchMember(connection, tokens, { claims: null })).rejects.toMatchObject({
    code: "unexpected",
  });
});

test.each([401, 404, 500])("a record that is only useful may be answered %i", async (status) => {
  const connection = await connectionTo(spark, status);
  expect(await fetchMember(connection, tokens, { claims })).toMatchObject({ id: "member-7" });
});

test("without claims of an ID token a record that is only useful is needed", async () => {
  const connection = await connectionTo(spark, 500);
  await expect(fetchMember(connection, tokens, { claims: null })).rejects.toMatchObject({
    code: "failing",
  });
});

test("a record that is only useful is waited for three seconds, and one that is needed longer", async () => {
  const given = vi.spyOn(AbortSignal, "timeout");
  onTestFinished(() => given.mockRestore());
  await fetchMember(await connectionTo(spark, 200), tokens, { claims });
  await fetchMember(await connectionTo(mlsConnect, 200, '{"id":"member-7"}'), tokens, {
    claims: null,
  });
  const [useful = 0, needed = 0] = given.mock.calls.map(([milliseconds]) => milliseconds);
  expect(useful).toBe(3_000);
  expect(needed).toBeGreaterThan(useful);
});

test.each<[status: number, body: string, untried: boolean]>([
  [200, '{"data":[]}', false],
  [200, '{"transaction_id":"7","message":"Adverts","data":[]}', false],
  [200, "<html>Back soon</html>", true],
  [200, '{"message":"Back soon"}', true],
  [200, '{"error":"temporarily_unavailable"}', true],
  [403, '{"message":"Forbidden"}', true],
  [500, "", true],
])(
  "tokens are tried where the portal names no member: %i %s leaves them untried: %s",
  async (status, body, untried) => {
    const connection = await connectionTo(olx, status, body);
    expect(await fetchMember(connection, tokens, { claims: null })).toMatchObject({
      id: null,
      untried,
    });
  },
);

test.each<[portal: Portal, body: string]>([
  [mlsConnect, '{"message":"Back soon"}'],
  [spark, '{"D":{"Success":true,"Results":[]}}'],
])("a 200 that is not the documented record is none", async (portal, body) => {
  const connection = await connectionTo(portal, 200, body);
  await expect(fetchMember(connection, tokens, { claims: null })).rejects.toMatchObject({
    code: "unexpected",
  });
});
