import { expect, test } from "vitest";
import { type Lie, provider, shortDeadlines, type Verdict, verdictOn } from "./testing";

/** What a provider answers to a code, and what it says of it in HTTP. */

type Fields = Record<string, unknown>;

test.each<[about: string, section: string, Verdict, Fields]>([
  ["all of it", "Core 3.1.3.3", "accepted", {}],
  ["unknown fields", "RFC 6749 5.1", "accepted", { session_state: "s", more: [1] }],
  ["no id_token", "Core 3.1.3.3", "unverified", { id_token: undefined }],
  ["id_token null", "Core 3.1.3.3", "unverified", { id_token: null }],
  ["id_token empty", "Core 3.1.3.3", "unverified", { id_token: "" }],
  ["id_token a number", "Core 3.1.3.3", "unverified", { id_token: 7 }],
  ["claims as id_token", "Core 3.1.3.3", "unverified", { id_token: { sub: "member-7" } }],
  ["no access_token", "Core 3.1.3.3", "unexpected", { access_token: undefined }],
  ["access_token empty", "RFC 6749 A.12", "unexpected", { access_token: "" }],
  ["access_token with a line's end", "RFC 6749 A.12", "unexpected", { access_token: "a\r\nb: c" }],
  ["access_token a number", "RFC 6749 5.1", "unexpected", { access_token: 7 }],
  ["token_type in small letters", "RFC 6749 5.1", "accepted", { token_type: "bearer" }],
  ["no token_type", "Core 3.1.3.3", "accepted", { token_type: undefined }],
  ["token_type of a draft of OAuth", "Core 3.1.3.3", "accepted", { token_type: "OAuth" }],
  ["token_type of another kind", "RFC 6749 7.1", "accepted", { token_type: "mac" }],
  ["token_type a number", "RFC 6749 7.1", "accepted", { token_type: 7 }],
  ["no expires_in", "RFC 6749 5.1", "accepted", { expires_in: undefined }],
  ["expires_in in digits", "RFC 6749 A.14", "accepted", { expires_in: "3600" }],
  ["expires_in in words", "RFC 6749 A.14", "accepted", { expires_in: "an hour" }],
  ["expires_in below zero", "RFC 6749 A.14", "accepted", { expires_in: -1 }],
  ["no refresh_token", "RFC 6749 5.1", "accepted", { refresh_token: undefined }],
  ["refresh_token a list", "RFC 6749 5.1", "accepted", { refresh_token: ["r"] }],
])("a token answer with %s (%s): %s", async (_about, _section, verdict, fields) => {
  const issuer = await provider();
  issuer.tokens = fields;
  expect(await verdictOn(issuer)).toBe(verdict);
});

test.each<[about: string, section: string, Verdict, Lie]>([
  [
    "an error with status 200",
    "RFC 6749 5.2",
    "invalid_grant",
    { body: { error: "invalid_grant" } },
  ],
  ["tokens with status 400", "RFC 6749 5.1", "unexpected", { status: 400 }],
  ["tokens with status 401", "RFC 6749 5.1", "unexpected", { status: 401 }],
  ["tokens with status 500", "RFC 6749 5.1", "failing", { status: 500 }],
  [
    "tokens with a redirect",
    "RFC 6749 5.1",
    "redirected",
    { status: 307, headers: { location: "/other" } },
  ],
  [
    "a spent code",
    "RFC 6749 5.2",
    "invalid_grant",
    { status: 400, body: { error: "invalid_grant" } },
  ],
  [
    "another client",
    "RFC 6749 5.2",
    "invalid_client",
    { status: 401, body: { error: "invalid_client" } },
  ],
  [
    "a web page",
    "RFC 6749 5.1",
    "web_page",
    { body: "<html>", headers: { "content-type": "text/html" } },
  ],
  ["a form", "RFC 6749 5.1", "unreadable", { body: "access_token=t&token_type=Bearer" }],
  ["tokens in a list", "RFC 6749 5.1", "unexpected", { body: [{ access_token: "t" }] }],
  ["nothing", "RFC 6749 5.1", "empty", { body: "" }],
  ["half of it", "RFC 6749 5.1", "unreadable", { body: '{"access_token":"t"' }],
  ["more than any", "RFC 6749 5.1", "too_large", { body: { more: "m".repeat(300_000) } }],
])(
  "a code answered with %s (%s): %s, once and nowhere else",
  async (_about, _section, verdict, lie) => {
    const issuer = await provider();
    issuer.lies.token = lie;
    expect(await verdictOn(issuer)).toBe(verdict);
    expect(issuer.asked).toMatchObject({ token: 1, userinfo: 0, elsewhere: 0 });
  },
);

test("a code that is never answered is not sent again", async () => {
  shortDeadlines();
  const issuer = await provider();
  issuer.silent.push("token");
  expect(await verdictOn(issuer)).toBe("timed_out");
  expect(issuer.asked.token).toBe(1);
});
