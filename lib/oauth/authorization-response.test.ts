import { expect, test } from "vitest";
import { readAuthorizationResponse, readRequestTokenResponse } from "./authorization-response";

const read = (query: string) => readAuthorizationResponse(new URLSearchParams(query));

test("a code and a state are an answer, also with other parameters beside them", () => {
  expect(read("code=c&state=s&iss=https%3A%2F%2Fx.example&unheard_of=1")).toEqual({
    flow: "s",
    issuer: "https://x.example",
    answer: { kind: "code", code: "c" },
  });
});

test.each([
  ["access_denied", "access_denied"],
  ["temporarily_unavailable", "failing"],
  ["server_error", "failing"],
  ["invalid_scope", "invalid_client"],
  ["redirect_uri_mismatch", "redirect_mismatch"],
  ["something_new", "refused"],
])("error=%s is told apart by who has to act", (error, code) => {
  expect(read(`error=${error}&state=s`)?.answer).toMatchObject({ kind: "error", code });
});

test("an error beside a code is an error", () => {
  expect(read("code=c&error=access_denied&state=s")?.answer.kind).toBe("error");
});

test("an error that is not a code is neither repeated nor logged", () => {
  const answer = read("error=%3Cscript%3E&error_description=canary-canary-canary&state=s")?.answer;
  expect(answer).toEqual({ kind: "error", code: "refused", error: null, description: "…" });
});

test("a missing or empty state, and neither code nor error, are said to be so", () => {
  expect(read("code=c")?.flow).toBeNull();
  expect(read("code=c&state=")?.flow).toBeNull();
  expect(read("state=s")?.answer.kind).toBe("nothing");
  expect(read("code=&state=s")?.answer.kind).toBe("nothing");
});

test.each([
  ["error=&code=c&state=s", { flow: "s", issuer: null, answer: { kind: "code", code: "c" } }],
  ["state=&code=c", { flow: null, issuer: null, answer: { kind: "code", code: "c" } }],
  ["error=&state=s&error_description=x", { flow: "s", issuer: null, answer: { kind: "nothing" } }],
  ["code=&error=&state=", { flow: null, issuer: null, answer: { kind: "nothing" } }],
])("a parameter without a value is one that was not sent: %s", (query, answer) =>
  expect(read(query)).toEqual(answer),
);

test.each([
  "state=a&state=b&code=c",
  "state=a&code=c&code=d",
  "state=a&code=c&x=1&x=2",
  "state=a&state=a",
])("a parameter that comes twice makes it no answer: %s", (query) =>
  expect(read(query)).toBeNull(),
);

test("an issuer without a name is another than ours", () => {
  expect(read("state=s&code=c&iss=")?.issuer).toBe("");
});

const readToken = (query: string) => readRequestTokenResponse(new URLSearchParams(query));

test("under OAuth 1.0 the request token names the flow, and the verifier is what can be exchanged", () => {
  expect(readToken("oauth_token=t&oauth_verifier=T8dxpr&state=authorized")).toEqual({
    flow: "t",
    issuer: null,
    answer: { kind: "code", code: "T8dxpr" },
  });
});

test("a portal that says yes by the verifier alone is believed: RFC 5849 knows no state", () => {
  expect(readToken("oauth_token=t&oauth_verifier=v")?.answer.kind).toBe("code");
});

test.each([
  ["oauth_token=t&state=rejected", "access_denied"],
  ["oauth_token=t&oauth_verifier=v&state=rejected", "access_denied"],
  ["oauth_token=t&oauth_verifier=v&state=failed", "refused"],
])("its state is the member's word and no secret of ours: %s", (query, code) => {
  expect(readToken(query)?.answer).toMatchObject({ kind: "error", code });
});

test.each(["oauth_token=t&oauth_verifier=v&state=", "denied=&oauth_token=t&oauth_verifier=v"])(
  "here too, a parameter without a value is one that was not sent: %s",
  (query) =>
    expect(readToken(query)).toEqual({
      flow: "t",
      issuer: null,
      answer: { kind: "code", code: "v" },
    }),
);

test.each(["denied=t", "denied=t&oauth_token=t", "denied=t&oauth_token="])(
  "a no may come as `denied`, which names the request token: %s",
  (query) => {
    expect(readToken(query)).toMatchObject({
      flow: "t",
      answer: { kind: "error", code: "access_denied" },
    });
  },
);

test.each(["oauth_token=t&state=authorized", "oauth_token=t&oauth_verifier=&state=authorized"])(
  "a yes without a verifier is none: %s",
  (query) => expect(readToken(query)?.answer.kind).toBe("nothing"),
);

test("a request token that is missing or comes twice belongs to no flow", () => {
  expect(readToken("oauth_verifier=v&state=authorized")?.flow).toBeNull();
  expect(readToken("denied=")?.flow).toBeNull();
  expect(readToken("oauth_token=t&oauth_token=u&oauth_verifier=v")).toBeNull();
});
