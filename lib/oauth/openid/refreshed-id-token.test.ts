import { expect, test } from "vitest";
import { OAuthError } from "../errors";
import { checkRefreshedIdToken } from "./refreshed-id-token";
import { client, compact, ours, rs } from "./testing";

/** What an ID token that comes with refreshed tokens may say. */

const issuer = "https://portal.example";
const expected = { issuer, clientId: client.id, sub: "member-7" };
const theSame = { iss: issuer, sub: "member-7", aud: client.id };

function verdictOn(idToken: string) {
  try {
    checkRefreshedIdToken(idToken, expected);
    return "accepted";
  } catch (error) {
    if (error instanceof OAuthError) return error.code;
    throw error;
  }
}

test.each<[about: string, section: string, verdict: string, claims: Record<string, unknown>]>([
  ["all as in the first", "Core 12.2", "accepted", {}],
  ["no nonce and another time", "Core 12.2", "accepted", { iat: 1_800_000_000 }],
  ["iss of another provider", "Core 12.2", "unverified", { iss: "https://other.example" }],
  ["iss with a slash", "Core 12.2", "unverified", { iss: `${issuer}/` }],
  ["no iss", "Core 12.2", "unverified", { iss: undefined }],
  ["sub of another member", "Core 12.2", "unverified", { sub: "member-8" }],
  ["sub in capitals", "Core 12.2", "unverified", { sub: "MEMBER-7" }],
  ["no sub", "Core 12.2", "unverified", { sub: undefined }],
  ["aud of another client", "Core 12.2", "unverified", { aud: "other" }],
  ["no aud", "Core 12.2", "unverified", { aud: undefined }],
  ["aud without any client in it", "Core 12.2", "unverified", { aud: [] }],
  ["aud with us alone in a list", "Core 2", "accepted", { aud: [client.id] }],
  ["aud with others alone", "Core 12.2", "unverified", { aud: ["other", "third"], azp: client.id }],
  ["several in aud, no azp", "Core 3.1.3.7 step 3", "unverified", { aud: [client.id, "other"] }],
  ["several in aud, azp ours", "Core 12.2", "accepted", forTwo(client.id)],
  ["several in aud, azp another", "Core 12.2", "unverified", forTwo("other")],
  ["azp ours", "Core 12.2", "accepted", { azp: client.id }],
  ["azp another", "Core 12.2", "unverified", { azp: "other" }],
  ["azp empty", "Core 12.2", "unverified", { azp: "" }],
  ["azp null", "Core 2", "unverified", { azp: null }],
  ["azp a list", "Core 2", "unverified", { azp: [client.id] }],
])("a refreshed ID token with %s (%s): %s", (_about, _section, verdict, claims) => {
  const header = { alg: "RS256", kid: ours.kid };
  expect(verdictOn(compact(header, { ...theSame, ...claims }, rs(256, ours)))).toBe(verdict);
});

function forTwo(azp: string) {
  return { aud: [client.id, "other"], azp };
}

test.each([
  ["a word", "secret"],
  ["claims that are no JSON", compact({ alg: "RS256" }, "member-7", rs(256, ours))],
  ["claims in a list", compact({ alg: "RS256" }, "[]", rs(256, ours))],
  ["an encrypted token", "a.b.c.d.e"],
])("%s shows nobody else, and costs no tokens", (_about, idToken) => {
  expect(verdictOn(idToken)).toBe("accepted");
});
