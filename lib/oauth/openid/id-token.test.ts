import { expect, test, vi } from "vitest";
import { client, compact, ours, provider, rs, type Verdict, verdictOn } from "./testing";

/** What an ID token claims. Time stands still, so that tolerances end where they end. */

vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-22T10:00:00Z") });
const now = Date.now() / 1000;

type Claims = Record<string, unknown>;

test.each<[about: string, section: string, Verdict, Claims | ((issuer: string) => Claims)]>([
  ["nothing out of order", "Core 3.1.3.7", "accepted", {}],
  ["unknown claims", "Core 2", "accepted", { MemberMlsId: "7", updated: { at: 1 } }],

  [
    "iss of another provider",
    "Core 3.1.3.7 step 2",
    "unverified",
    { iss: "https://other.example" },
  ],
  ["iss with a slash", "Core 3.1.3.7 step 2", "unverified", (issuer) => ({ iss: `${issuer}/` })],
  ["iss in capitals", "Core 3.1.3.7 step 2", "unverified", (iss) => ({ iss: iss.toUpperCase() })],
  ["iss in a list", "RFC 7519 4.1.1", "unverified", (issuer) => ({ iss: [issuer] })],
  ["no iss", "Core 2", "unverified", { iss: undefined }],

  ["aud of another client", "Core 3.1.3.7 step 3", "unverified", { aud: "other" }],
  ["aud that begins like ours", "Core 3.1.3.7 step 3", "unverified", { aud: `${client.id}-2` }],
  ["no aud", "Core 2", "unverified", { aud: undefined }],
  ["aud without anybody in it", "Core 3.1.3.7 step 3", "unverified", { aud: [] }],
  ["aud with us alone in a list", "Core 2", "accepted", { aud: [client.id] }],
  ["aud with others alone", "Core 3.1.3.7 step 3", "unverified", { aud: ["other", "third"] }],
  ["aud with something else", "RFC 7519 4.1.3", "unverified", { aud: [client.id, 7] }],
  ["several in aud, no azp", "Core 3.1.3.7 step 3", "unverified", { aud: [client.id, "other"] }],
  ["several in aud, azp ours", "Core 3.1.3.7 step 5", "accepted", forTwo(client.id)],
  ["several in aud, azp another", "Core 3.1.3.7 step 5", "unverified", forTwo("other")],
  ["several in aud, azp empty", "Core 3.1.3.7 step 5", "unverified", forTwo("")],
  ["azp ours", "Core 3.1.3.7 step 5", "accepted", { azp: client.id }],
  ["azp another", "Core 3.1.3.7 step 5", "unverified", { azp: "other" }],
  ["azp empty", "Core 3.1.3.7 step 5", "unverified", { azp: "" }],
  ["azp a list", "Core 2", "unverified", { azp: [client.id] }],

  ["no sub", "Core 2", "unverified", { sub: undefined }],
  ["sub empty", "Core 2", "unverified", { sub: "" }],
  ["sub null", "Core 2", "unverified", { sub: null }],
  ["sub a number", "Core 2", "unverified", { sub: 7 }],
  ["sub of 256 characters", "Core 2", "unverified", { sub: "7".repeat(256) }],

  ["exp half a minute ago", "Core 3.1.3.7 step 9", "unverified", { exp: now - 30 }],
  ["exp a little less ago", "Core 2: a small leeway", "accepted", { exp: now - 29 }],
  ["exp years ago", "Core 3.1.3.7 step 9", "unverified", { iat: 1, exp: 601 }],
  ["no exp", "Core 2", "unverified", { exp: undefined }],
  ["exp in words", "Core 2", "unverified", { exp: String(now + 600) }],
  ["exp null", "Core 2", "unverified", { exp: null }],

  ["no iat", "Core 2", "unverified", { iat: undefined }],
  ["iat in words", "Core 2", "unverified", { iat: String(now) }],
  ["iat half a minute ahead", "Core 3.1.3.7 step 10", "accepted", { iat: now + 30 }],
  ["iat a little more ahead", "Core 3.1.3.7 step 10", "unverified", { iat: now + 31 }],
  ["iat an hour ahead", "Core 3.1.3.7 step 10", "unverified", { iat: now + 3600, exp: now + 7200 }],
  ["iat an hour ago", "Core 3.1.3.7 step 10", "accepted", { iat: now - 3600 }],
  ["nbf past", "RFC 7519 4.1.5", "accepted", { nbf: now - 1 }],
  ["nbf ahead", "RFC 7519 4.1.5", "unverified", { nbf: now + 31 }],
  ["nbf in words", "RFC 7519 4.1.5", "unverified", { nbf: "now" }],
  ["auth_time in words", "Core 2", "unverified", { auth_time: "this morning" }],

  ["no nonce", "Core 3.1.3.7 step 11", "unverified", { nonce: undefined }],
  [
    "nonce of another flow",
    "Core 3.1.3.7 step 11",
    "unverified",
    { nonce: "nonce of another flow" },
  ],
  ["nonce in capitals", "Core 2", "unverified", { nonce: "NONCE OF THIS FLOW" }],
  ["nonce empty", "Core 3.1.3.7 step 11", "unverified", { nonce: "" }],
  ["nonce in a list", "Core 2", "unverified", { nonce: ["nonce of this flow"] }],
])("an ID token with %s (%s): %s", async (_about, _section, verdict, claims) => {
  const issuer = await provider();
  issuer.claims = typeof claims === "function" ? claims(issuer.issuer) : claims;
  issuer.metadata = { userinfo_endpoint: undefined }; // nothing else says who is there
  expect(await verdictOn(issuer)).toBe(verdict);
});

function forTwo(azp: string) {
  return { aud: [client.id, "other"], azp };
}

test("a flow that had no nonce has no ID token to go with it: Core 3.1.3.7 step 11", async () => {
  const issuer = await provider();
  issuer.claims = { nonce: "" };
  expect(await verdictOn(issuer, "")).toBe("unverified");
});

test("sub may have 255 characters: Core 2", async () => {
  const issuer = await provider();
  issuer.subject = "7".repeat(255);
  expect(await verdictOn(issuer)).toBe("accepted");
});

test.each<[string, Verdict]>([
  ["77QmUPtjPfzWtF2AnpK9RQ", "accepted"],
  ["LDktKdoQak3Pk0cnXxCltA", "unverified"],
  ["77QmUPtjPfzWtF2AnpK9RQ==", "unverified"],
  ["", "unverified"],
])(
  "at_hash %j with the access token of Core appendix A.3 (Core 3.1.3.8): %s",
  async (at_hash, verdict) => {
    const issuer = await provider();
    issuer.tokens = { access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y" };
    issuer.claims = { at_hash };
    expect(await verdictOn(issuer)).toBe(verdict);
  },
);

const other = '"iss":"https://other.example"';

test.each<[about: string, section: string, Verdict, (claims: string) => string]>([
  ["a claim twice, the last ours", "RFC 7519 4", "accepted", (all) => `{${other},${all.slice(1)}`],
  [
    "a claim twice, the first ours",
    "RFC 7519 4",
    "unverified",
    (all) => `${all.slice(0, -1)},${other}}`,
  ],
  ["claims in a list", "RFC 7519 7.2 step 10", "unverified", (all) => `[${all}]`],
  ["claims cut short", "RFC 7519 7.2 step 10", "unverified", (all) => all.slice(0, -1)],
  ["claims that are null", "RFC 7519 7.2 step 10", "unverified", () => "null"],
  ["no claims", "RFC 7519 7.2 step 10", "unverified", () => ""],
])("an ID token with %s (%s): %s", async (_about, _section, verdict, written) => {
  const issuer = await provider();
  issuer.idToken = (header, claims) =>
    compact(header, written(JSON.stringify(claims)), rs(256, ours));
  expect(await verdictOn(issuer)).toBe(verdict);
});
