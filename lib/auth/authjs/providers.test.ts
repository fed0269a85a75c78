import { customFetch } from "next-auth";
import { expect, test, vi } from "vitest";
import type { Connection } from "@/lib/portals/connections";
import { spark } from "@/lib/portals/spark";
import { providerOf } from "./providers";

vi.mock("next/navigation", () => ({ redirect: () => {} })); // which wants the whole of React
vi.mock("@/lib/oauth/openid/metadata", () => ({
  fetchMetadata: async () => ({
    issuer: "https://sparkplatform.com",
    token_endpoint: "https://sparkplatform.com/openid/token",
  }),
}));

const connection = {
  id: "spark",
  portal: spark,
  choice: null,
  registration: { id: "client", secret: "client-secret", apiKey: null },
  scope: "openid",
  pkce: false,
  issuer: "https://sparkplatform.com",
  endpoints: {},
  callbackPath: "/api/auth/callback/spark",
} as unknown as Connection;

/** What Auth.js is told of an issuer. */
async function metadataFor(portal: object) {
  const provider = providerOf({ ...connection, portal: { ...spark, ...portal } }, "answer");
  const fetch = provider[customFetch];
  return (await fetch?.("https://sparkplatform.com/.well-known/openid-configuration"))?.json();
}

test("Auth.js is told which algorithms a portal signs ID tokens with, or it takes RS256 alone", async () => {
  const name = "id_token_signing_alg_values_supported";
  expect((await metadataFor({}))[name]).toEqual(["RS256"]);
  expect((await metadataFor({ idTokenAlgorithms: ["ES256"] }))[name]).toEqual(["ES256"]);
});

test("parameters that a portal documents are sent along, and none takes the place of ours", async () => {
  const authorizationParameters = { access_type: "offline", redirect_uri: "https://evil.example" };
  const { authorization } = providerOf(
    {
      ...connection,
      portal: { ...spark, authorizationParameters },
    },
    "start",
  );
  expect(authorization).toMatchObject({
    params: {
      access_type: "offline",
      redirect_uri: "http://localhost:3000/api/auth/callback/spark",
    },
  });
});
