import { expect, test, vi } from "vitest";
import { client, provider, providerVariables } from "@/lib/oauth/openid/testing";
import { connectionsFrom } from "@/lib/portals/connections";
import { olx } from "@/lib/portals/olx";
import type { Portal } from "@/lib/portals/portal";
import { spark } from "@/lib/portals/spark";
import {
  issuerNotices,
  metadataOf,
  refreshEndpointOf,
  revocationEndpointOf,
  tokenEndpointOf,
} from "./issuers";

/** Where and how tokens are asked for. */

function connectionTo(portal: Portal, variables: Record<string, string>) {
  const [connection] = connectionsFrom([portal], variables).connections;
  if (!connection) throw new Error("no connection");
  return { ...connection, id: crypto.randomUUID() }; // issuers are remembered by it
}

const olxVariables = {
  OLX_SITES: "otodom",
  OLX_CLIENT_ID: "client",
  OLX_CLIENT_SECRET: "client-secret",
  OLX_API_KEY: "key",
  OLX_AUTHORIZATION_URL: "https://olx.example/authorize",
  OLX_TOKEN_URL: "https://olx.example/token",
  OLX_MEMBER_URL: "https://olx.example/me",
  OLX_API_URL: "https://olx.example",
};

test("tokens are refreshed where they were issued, or at an address of its own", async () => {
  const one = connectionTo(olx, olxVariables);
  expect((await refreshEndpointOf(one)).url).toBe("https://olx.example/token");
  const apart = { ...olxVariables, OLX_REFRESH_URL: "https://olx.example/refresh" };
  const other = connectionTo(olx, apart);
  expect((await refreshEndpointOf(other)).url).toBe("https://olx.example/refresh");
  expect((await tokenEndpointOf(other)).url).toBe("https://olx.example/token");
});

test("an issuer says where, and its answers are those of OpenID Connect", async () => {
  const issuer = await provider();
  issuer.metadata = { revocation_endpoint: `${issuer.url}/revoke` };
  const connection = connectionTo(spark, providerVariables(issuer));
  expect(await tokenEndpointOf(connection)).toMatchObject({
    url: `${issuer.url}/token`,
    registration: { id: client.id, secret: client.secret },
  });
  expect((await revocationEndpointOf(connection))?.url).toBe(`${issuer.url}/revoke`);
});

test("an address that the deployment has set comes before what the issuer says", async () => {
  const issuer = await provider();
  issuer.metadata = { revocation_endpoint: `${issuer.url}/revoke` };
  const set = {
    SPARK_AUTHORIZATION_URL: `${issuer.url}/set/authorize`,
    SPARK_TOKEN_URL: `${issuer.url}/set/token`,
    SPARK_REVOCATION_URL: `${issuer.url}/set/revoke`,
  };
  const connection = connectionTo(spark, { ...providerVariables(issuer), ...set });
  expect(await metadataOf(connection)).toMatchObject({
    authorization_endpoint: set.SPARK_AUTHORIZATION_URL,
    token_endpoint: set.SPARK_TOKEN_URL,
    revocation_endpoint: set.SPARK_REVOCATION_URL,
  });
});

test("where an issuer names no revocation endpoint, tokens cannot be given back", async () => {
  const issuer = await provider();
  expect(await revocationEndpointOf(connectionTo(spark, providerVariables(issuer)))).toBeNull();
});

test.each([
  ["the same", (issuer: string) => issuer, null],
  ["with a slash", (issuer: string) => `${issuer}/`, /^SPARK_ISSUER is .* differs by a slash/],
  ["another", () => "https://other.example", /^SPARK_ISSUER is .* another issuer\.$/],
])(
  "an issuer that calls itself %s is named at the start, if need be",
  async (_about, named, said) => {
    const issuer = await provider();
    issuer.metadata = { issuer: named(issuer.issuer) };
    const [connection] = connectionsFrom([spark], providerVariables(issuer)).connections;
    if (!connection) throw new Error("no connection");
    vi.resetModules(); // issuers are remembered by the connection's id
    const { issuerNotices: noticesOf } = await import("./issuers");
    const notices = await noticesOf([connection]);
    if (said === null) expect(notices).toEqual([]);
    else expect(notices).toEqual([expect.stringMatching(said)]);
  },
);

test("an issuer whose document is of no use is named at the start", async () => {
  const issuer = await provider();
  issuer.metadata = { token_endpoint: undefined };
  const connection = connectionTo(spark, providerVariables(issuer));
  expect(await issuerNotices([connection])).toEqual([
    `SPARK_ISSUER is ${issuer.issuer}, and no one can sign in with it. Not the metadata of Discovery section 3: token_endpoint.`,
  ]);
});

test("an issuer that does not answer is no wrong setting", async () => {
  const issuer = await provider();
  issuer.lies.metadata = { status: 503 };
  const connection = connectionTo(spark, providerVariables(issuer));
  expect(await issuerNotices([connection])).toEqual([]);
});
