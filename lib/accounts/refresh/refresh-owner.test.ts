import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { memoryDatabase } from "@/lib/db/testing";
import { client, type Provider, provider, providerVariables } from "@/lib/oauth/openid/testing";
import { expiredLink } from "../testing";

/** Whose tokens a refresh may bring: those of the link's member, issued to us. */

const at = vi.hoisted(() => ({ client: null as unknown }));
vi.mock("@/lib/db/database", () => ({ database: async () => at.client }));

let memory: Awaited<ReturnType<typeof memoryDatabase>>;
let issuer: Provider;

beforeEach(async () => {
  memory = await memoryDatabase();
  at.client = memory.client;
  issuer = await provider();
  issuer.tokens = { access_token: "access-2", refresh_token: "refresh-2" };
  for (const [name, value] of Object.entries(providerVariables(issuer))) vi.stubEnv(name, value);
  vi.resetModules();
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await memory.close();
});

function linkOfMember() {
  const whose = { provider: "spark", providerAccountId: issuer.subject, clientId: client.id };
  return expiredLink(memory.client, whose);
}

async function vend(id: string) {
  const { freshToken } = await import("./fresh-token");
  const answer = await freshToken(id);
  return answer?.kind === "fresh" ? answer.tokens.accessToken : [answer?.kind, answer?.reason];
}

const linkOf = (id: string) => memory.client.account.findUniqueOrThrow({ where: { id } });

test.each([
  ["an ID token of the member", {}],
  ["no ID token", { id_token: undefined }],
])("a refresh that brings %s brings new tokens", async (_about, tokens) => {
  Object.assign(issuer.tokens, tokens);
  const id = await linkOfMember();
  expect(await vend(id)).toBe("access-2");
  expect(await linkOf(id)).toMatchObject({ generation: 2, reconnectReason: null });
});

test.each<[string, Record<string, unknown>]>([
  ["another member's", { sub: "member-8" }],
  ["another issuer's", { iss: "https://other.example" }],
  ["for another client", { aud: "other" }],
  ["issued to another client", { aud: [client.id, "other"], azp: "other" }],
])(
  "a link whose refresh brings an ID token that is %s gets none of its tokens",
  async (_, claims) => {
    issuer.claims = claims;
    const id = await linkOfMember();
    const before = await linkOf(id);
    expect(await vend(id)).toEqual(["reconnect_needed", "unverified"]);
    expect(await vend(id)).toEqual(["reconnect_needed", "unverified"]);
    expect(issuer.asked.token).toBe(1);

    const { access_token, refresh_token, generation, providerAccountId } = before;
    expect(await linkOf(id)).toMatchObject({
      ...{ access_token, refresh_token, generation, providerAccountId },
      ...{ reconnectReason: "unverified", checkOutcome: "unverified", leaseUntil: null },
    });
    const [attempt] = await memory.client.refreshAttempt.findMany();
    expect(attempt).toMatchObject({ outcome: "refused", reason: "unverified" });
    const events = await memory.client.auditEvent.findMany({ where: { action: "refresh" } });
    expect(events).toMatchObject([{ outcome: "refused", accountId: id }]);
  },
);

test("an ID token that cannot be read shows nobody else, and costs no tokens", async () => {
  issuer.idToken = () => "secret";
  expect(await vend(await linkOfMember())).toBe("access-2");
});

test("an issuer whose document names another ends no link: its token endpoint was not asked", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  issuer.metadata = { issuer: "https://other.example" };
  const id = await linkOfMember();
  expect(await vend(id)).toEqual(["portal_unavailable", "unverified"]);
  expect(await linkOf(id)).toMatchObject({ reconnectReason: null });
  expect(issuer.asked.token).toBe(0);
});
