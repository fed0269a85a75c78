import { expect, test } from "vitest";
import {
  compact,
  type Lie,
  ours,
  provider,
  rs,
  shortDeadlines,
  type Verdict,
  verdictOn,
} from "./testing";

/** What userinfo adds. It is asked after the ID token, and about the same member or not at all. */

test.each<[about: string, section: string, Verdict, Record<string, unknown>]>([
  ["the same sub", "Core 5.3.2", "accepted", {}],
  ["unknown claims", "Core 5.3.2", "accepted", { Office: null, more: [1] }],
  ["another sub", "Core 5.3.4", "unverified", { sub: "member-1" }],
  ["the sub in capitals", "Core 5.3.4", "unverified", { sub: "MEMBER-7" }],
  ["the sub and a blank", "Core 5.3.4", "unverified", { sub: "member-7 " }],
  ["no sub", "Core 5.3.2", "accepted", { sub: undefined }],
  ["sub null", "Core 5.3.2", "accepted", { sub: null }],
  ["sub a number", "Core 5.1", "unverified", { sub: 7 }],
  ["sub in a list", "Core 5.1", "unverified", { sub: ["member-7"] }],
])("userinfo with %s (%s): %s", async (_about, _section, verdict, claims) => {
  const issuer = await provider();
  issuer.userinfo = claims;
  expect(await verdictOn(issuer)).toBe(verdict);
});

test("a sub that is a number in the ID token's words is not that sub: Core 5.3.4", async () => {
  const issuer = await provider();
  issuer.subject = "7";
  issuer.userinfo = { sub: 7 };
  expect(await verdictOn(issuer)).toBe("unverified");
});

test.each<[about: string, Lie]>([
  ["with status 401", { status: 401 }],
  ["with status 403", { status: 403, body: { error: "insufficient_scope" } }],
  ["with status 404", { status: 404, body: "Not Found" }],
  ["with status 429", { status: 429 }],
  ["with status 500", { status: 500 }],
  ["with a web page", { body: "<html>", headers: { "content-type": "text/html" } }],
  ["with nothing", { body: "" }],
  ["with status 204", { status: 204, body: "" }],
  ["with null", { body: "null" }],
  ["with text", { body: "sub=member-7" }],
  ["with a list", { body: [{ sub: "member-7" }] }],
  ["with a redirect", { status: 302, headers: { location: "/other" } }],
  ["with an error for a success", { body: { error: "invalid_token" } }],
  ["with more than any", { body: { sub: "member-7", more: "m".repeat(300_000) } }],
  [
    "signed (Core 5.3.2), which we have not registered for",
    {
      headers: { "content-type": "application/jwt" },
      body: compact({ alg: "RS256", kid: "one" }, { sub: "member-7" }, rs(256, ours)),
    },
  ],
])("userinfo answered %s costs its claims and nothing else: Core 5.3", async (_about, lie) => {
  const issuer = await provider();
  issuer.lies.userinfo = lie;
  expect(await verdictOn(issuer)).toBe("accepted");
  expect(issuer.asked).toMatchObject({ userinfo: 1, elsewhere: 0 });
});

test("userinfo that never answers is not waited for to the end", async () => {
  shortDeadlines();
  const issuer = await provider();
  issuer.silent.push("userinfo");
  expect(await verdictOn(issuer)).toBe("accepted");
});

test("a provider without userinfo is good for its ID token alone: Discovery 3 recommends it", async () => {
  const issuer = await provider();
  issuer.metadata = { userinfo_endpoint: undefined };
  expect(await verdictOn(issuer)).toBe("accepted");
  expect(issuer.asked.userinfo).toBe(0);
});

test("userinfo is asked with the access token in the header: RFC 6750 2.1", async () => {
  const issuer = await provider();
  expect(await verdictOn(issuer)).toBe("accepted");
  expect(issuer.bearer).toBe("Bearer access-token");
});

test("userinfo is asked after the ID token has been verified: Core 5.3.2", async () => {
  const issuer = await provider();
  issuer.claims = { nonce: "nonce of another flow" };
  expect(await verdictOn(issuer)).toBe("unverified");
  expect(issuer.asked.userinfo).toBe(0);
});

test("claims that are somewhere else (Core 5.6.2) stay there", async () => {
  const issuer = await provider();
  issuer.userinfo = {
    _claim_names: { email: "src1" },
    _claim_sources: { src1: { endpoint: `${issuer.url}/elsewhere`, access_token: "t" } },
  };
  expect(await verdictOn(issuer)).toBe("accepted");
  expect(issuer.asked.elsewhere).toBe(0);
});
