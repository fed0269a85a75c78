import { expect, test } from "vitest";
import { readAuthorizationResponse } from "./authorization-response";

const read = (query: string) => readAuthorizationResponse(new URLSearchParams(query));

test("a code and a state are an answer, whatever else comes with them", () => {
  expect(read("code=c&state=s&iss=https%3A%2F%2Fx.example&unheard_of=1")).toEqual({
    state: "s",
    answer: { kind: "code", code: "c" },
  });
});

test.each([
  ["access_denied", "access_denied"],
  ["temporarily_unavailable", "failing"],
  ["server_error", "failing"],
  ["invalid_scope", "invalid_client"],
  ["redirect_uri_mismatch", "invalid_client"],
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
  expect(read("code=c")?.state).toBeNull();
  expect(read("code=c&state=")?.state).toBeNull();
  expect(read("state=s")?.answer.kind).toBe("nothing");
  expect(read("code=&state=s")?.answer.kind).toBe("nothing");
});

test.each([
  "state=a&state=b&code=c",
  "state=a&code=c&code=d",
  "state=a&code=c&x=1&x=2",
  "state=a&state=a",
])("a parameter that comes twice makes it no answer: %s", (query) =>
  expect(read(query)).toBeNull(),
);
