import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { NextRequest } from "next/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { memoryDatabase } from "@/lib/db/testing";
import type { Portal } from "@/lib/portals/portal";
import { Jar } from "../testing";

/** Another portal is one declarative file and one line in the registry: here are the file and the line. */

const Body = z.object({ uuid: z.string().min(1), label: z.string() });

const casaLink = {
  id: "casalink",
  name: "CasaLink",
  monogram: "CL",
  colour: "#1f3a5f",
  docs: "https://developer.casalink.example/oauth",
  home: "account",
  signIn: true,
  credentials: ["CLIENT_ID", "CLIENT_SECRET", "API_KEY"],
  protocol: "oauth2",
  endpoints: {
    AUTHORIZATION: "https://casalink.example/authorize",
    TOKEN: "https://api.casalink.example/token",
    MEMBER: "https://api.casalink.example/member",
  },
  clientAuth: "basic",
  tokenRequest: "form",
  redirectUri: "sent",
  scheme: "OAuth",
  headers: { "x-partner": "API_KEY" },
  refusals: [{ status: 418, says: /short and stout/, means: "clock_skewed" }],
  member: {
    identified: true,
    record: "required",
    read: ({ record }) => {
      const { uuid, label } = Body.parse(record?.body);
      const unknown = { email: null, image: null, agency: null, listings: 3, details: {} };
      return { id: uuid, name: label, ...unknown };
    },
  },
} satisfies Portal;

const at = vi.hoisted(() => ({ client: null as unknown, jar: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));
vi.mock("next/navigation", () => ({ redirect: () => {} }));
vi.mock("next/headers", () => ({
  cookies: async () => at.jar,
  headers: async () => new Headers({ host: "localhost:3000", "x-forwarded-proto": "http" }),
}));
vi.mock("@/lib/portals/registry", async (original) => {
  const { portals } = await original<{ portals: Portal[] }>();
  return { portals: [...portals, casaLink] };
});

type Asked = { url: string; headers: Record<string, unknown>; body: string };

const asked: Asked[] = [];
let teapot = false;

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  asked.push({ url: request.url ?? "", headers: request.headers, body });
  if (teapot) response.writeHead(418).end('{"message":"short and stout"}');
  else if (request.url?.endsWith("/token")) response.end('{"access_token":"casa-token"}');
  else response.end('{"uuid":"casa-1","label":"Carla Casa"}');
});

let memory: Awaited<ReturnType<typeof memoryDatabase>>;

beforeEach(async () => {
  vi.resetModules();
  memory = await memoryDatabase();
  at.client = memory.client;
  at.jar = new Jar();
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  vi.stubEnv("PORTAL_SIMULATOR", `http://localhost:${(server.address() as AddressInfo).port}`);
  vi.stubEnv("CASALINK_CLIENT_ID", "casa");
  vi.stubEnv("CASALINK_CLIENT_SECRET", "casa-secret");
  vi.stubEnv("CASALINK_API_KEY", "casa-key");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await new Promise((resolve) => server.close(resolve));
  await memory.close();
  asked.length = 0;
  teapot = false;
});

/** Out to the portal and back, as the flow says. */
async function visit() {
  const { findConnection } = await import("@/lib/conversation/configuration");
  const { startFlow } = await import("./start");
  const { authJsGet } = await import("./handlers");
  const connection = findConnection("casalink");
  if (!connection) throw new Error("no connection");
  const address = new URL(await startFlow(connection, "signin", "/dashboard"));
  const state = address.searchParams.get("state") ?? "";
  const query = new URLSearchParams({ code: "c", state });
  const jar = at.jar as Jar;
  const request = new NextRequest(`http://localhost:3000/api/auth/callback/casalink?${query}`, {
    headers: { cookie: jar.header() },
  });
  const answer = await authJsGet(request, ["callback", "casalink"]);
  jar.take(answer);
  return { address, location: answer.headers.get("location") ?? "" };
}

test("its people sign in, in its own dialect, and see their link", async () => {
  const { address, location } = await visit();
  expect(address.pathname).toBe("/casalink.example/authorize");
  expect(location).toContain("/dashboard?done=signed_in&connection=casalink");
  expect(asked).toMatchObject([
    {
      url: "/api.casalink.example/token",
      headers: {
        authorization: `Basic ${Buffer.from("casa:casa-secret").toString("base64")}`,
        "x-partner": "casa-key",
      },
      body: expect.stringContaining("grant_type=authorization_code&code=c"),
    },
    { url: "/api.casalink.example/member", headers: { authorization: "OAuth casa-token" } },
  ]);

  const { linkedPortals } = await import("@/lib/accounts/links/linked-portals");
  const { signInOffers } = await import("../pages/offers");
  const user = await memory.client.user.findFirstOrThrow();
  expect(await linkedPortals(user)).toMatchObject([
    { badge: { name: "CasaLink" }, member: { name: "Carla Casa", listings: 3 }, wayIn: true },
  ]);
  expect(signInOffers().map(({ badge }) => badge.name)).toContain("CasaLink");
});

test("its refusals are told as it means them", async () => {
  teapot = true;
  expect((await visit()).location).toContain("problem=clock_skewed&connection=casalink");
  expect(await memory.client.user.count()).toBe(0);
});

test("half its settings stop the start, by its own names", async () => {
  vi.stubEnv("CASALINK_API_KEY", "");
  vi.stubEnv("CASALINK_SCOP", "all");
  const { configurationErrors } = await import("@/lib/conversation/configuration");
  expect(configurationErrors()).toEqual([
    "CASALINK_API_KEY is not set.",
    "CASALINK_SCOP is set, but there is no such setting.",
  ]);
});
