import http from "node:http";
import https from "node:https";
import { expect, onTestFinished, test, vi } from "vitest";
import { fetchMetadata } from "./metadata";
import { type Lie, type Provider, provider, type Verdict, verdictOn } from "./testing";

/** What a provider says about itself. Verdicts are those of the whole exchange. */

type Metadata = Record<string, unknown>;

const insecure = "http://provider.example";

test.each<[about: string, section: string, Verdict, Metadata | ((issuer: string) => Metadata)]>([
  ["nothing out of order", "Discovery 4.2", "accepted", {}],
  ["unknown fields", "Discovery 3", "accepted", { more: { than: 1 }, acr_values_supported: [] }],
  ["another issuer", "Discovery 4.3", "unverified", { issuer: "https://other.example" }],
  ["the issuer with a slash", "Discovery 4.3", "unverified", (own) => ({ issuer: `${own}/` })],
  [
    "the issuer in capitals",
    "Discovery 4.3",
    "unverified",
    (own) => ({ issuer: own.toUpperCase() }),
  ],
  ["the issuer in a list", "Discovery 3", "unexpected", (own) => ({ issuer: [own] })],
  ["no issuer", "Discovery 3", "unexpected", { issuer: undefined }],
  ["no authorization_endpoint", "Discovery 3", "unexpected", { authorization_endpoint: undefined }],
  ["no token_endpoint", "Discovery 3", "unexpected", { token_endpoint: undefined }],
  ["no jwks_uri", "Discovery 3", "unexpected", { jwks_uri: undefined }],
  ["jwks_uri null", "Discovery 3", "unexpected", { jwks_uri: null }],
  ["null for userinfo_endpoint", "Discovery 3", "accepted", { userinfo_endpoint: null }],
  ["null for revocation_endpoint", "RFC 8414 2", "accepted", { revocation_endpoint: null }],
  [
    "null for the iss of answers",
    "RFC 9207 3",
    "accepted",
    { authorization_response_iss_parameter_supported: null },
  ],
  ["jwks_uri empty", "Discovery 3", "unexpected", { jwks_uri: "" }],
  ["a path as token_endpoint", "Discovery 3", "unexpected", { token_endpoint: "/token" }],
  ["keys in jwks_uri", "Discovery 3", "unexpected", { jwks_uri: 'data:,{"keys":[]}' }],
  ["a file as jwks_uri", "Discovery 3", "unexpected", { jwks_uri: "file:///etc/passwd" }],
  ["a script to go to", "Discovery 3", "unexpected", { authorization_endpoint: "javascript:0" }],
  [
    "a fragment to go to",
    "RFC 6749 3.1",
    "unexpected",
    (own) => ({ authorization_endpoint: `${own}/#a` }),
  ],
  [
    "a name to log in with",
    "RFC 3986 7.5",
    "unexpected",
    { token_endpoint: "https://a:b@other.example" },
  ],
  [
    "authorization_endpoint in the clear",
    "Discovery 3",
    "unexpected",
    { authorization_endpoint: insecure },
  ],
  ["token_endpoint in the clear", "Discovery 3", "unexpected", { token_endpoint: insecure }],
  ["userinfo_endpoint in the clear", "Discovery 3", "unexpected", { userinfo_endpoint: insecure }],
  ["jwks_uri in the clear", "Discovery 3", "unexpected", { jwks_uri: insecure }],
])("metadata with %s (%s): %s", async (_about, _section, verdict, metadata) => {
  const issuer = await provider();
  issuer.metadata = typeof metadata === "function" ? metadata(issuer.issuer) : metadata;
  expect(await verdictOn(issuer)).toBe(verdict);
});

test.each<[about: string, Verdict, Lie]>([
  ["with status 404", "unexpected", { status: 404 }],
  ["with status 500", "failing", { status: 500 }],
  ["with a redirect", "redirected", { status: 307, headers: { location: "/other" } }],
  ["with a web page", "web_page", { body: "<html>", headers: { "content-type": "text/html" } }],
  ["with a web page for JSON", "web_page", { body: "<!doctype html>" }],
  ["with nothing", "empty", { body: "" }],
  ["with half of it", "unreadable", { body: '{"issuer":' }],
  ["with a list", "unexpected", { body: [{}] }],
  ["with more than any", "too_large", { body: { more: "m".repeat(300_000) } }],
])(
  "metadata answered %s (Discovery 4.2): %s, and nothing else is asked",
  async (_about, verdict, lie) => {
    const issuer = await provider();
    issuer.lies.metadata = lie;
    expect(await verdictOn(issuer)).toBe(verdict);
    expect(issuer.asked).toMatchObject({ jwks: 0, token: 0, userinfo: 0, elsewhere: 0 });
  },
);

test("a slash at an issuer's end is part of its name and no part of the address (Discovery 4)", async () => {
  const issuer = await provider();
  issuer.issuer = `${issuer.url}/`;
  expect(await verdictOn(issuer)).toBe("accepted");
});

test.each<[about: string, Verdict, Metadata | ((url: string) => Metadata)]>([
  ["all", "accepted", {}],
  ["all but the token endpoint", "unexpected", (url) => ({ token_endpoint: `${url}/token` })],
  ["all but userinfo", "unexpected", (url) => ({ userinfo_endpoint: `${url}/userinfo` })],
  ["all but the keys", "unexpected", (url) => ({ jwks_uri: `${url}/jwks` })],
  [
    "all but the keys, in capitals",
    "unexpected",
    (url) => ({ jwks_uri: `${url}/jwks`.replace("http", "HTTP") }),
  ],
  ["all but the keys, after a blank", "unexpected", (url) => ({ jwks_uri: ` ${url}/jwks` })],
])(
  "of an issuer with https, its endpoints are with https: %s (Discovery 3): %s",
  async (_about, verdict, metadata) => {
    const issuer = withHttps(await provider());
    issuer.metadata = typeof metadata === "function" ? metadata(issuer.url) : metadata;
    expect(await verdictOn(issuer)).toBe(verdict);
  },
);

test("an address for signing out there that has no https is as good as none", async () => {
  const issuer = withHttps(await provider());
  issuer.metadata = { end_session_endpoint: "http://localhost/logout" };
  expect(await verdictOn(issuer)).toBe("accepted");
  expect(await fetchMetadata(issuer.issuer, {})).toMatchObject({ end_session_endpoint: undefined });
  issuer.metadata = { end_session_endpoint: "https://provider.example/logout" };
  const { end_session_endpoint } = await fetchMetadata(issuer.issuer, {});
  expect(end_session_endpoint).toBe("https://provider.example/logout");
});

/** Gives a provider an address with https, behind which it is the same. */
function withHttps(issuer: Provider) {
  issuer.issuer = "https://provider.example";
  const secure = vi.spyOn(https, "request").mockImplementation(((url: string, ...rest: never[]) => {
    const request = http.request(url.replace("https://provider.example", issuer.url), ...rest);
    request.on("socket", (socket) => socket.on("connect", () => socket.emit("secureConnect")));
    return request;
  }) as typeof https.request);
  onTestFinished(() => secure.mockRestore());
  return issuer;
}

test.each([
  ["https://provider.example/", "https://provider.example"],
  ["https://provider.example", "https://provider.example/"],
])(
  "an issuer that is called %s here and calls itself %s is told that a slash is the difference",
  async (asked, named) => {
    const provided = await provider();
    provided.metadata = { issuer: named };
    withHttps(provided);
    await expect(fetchMetadata(asked, {})).rejects.toMatchObject({
      code: "unverified",
      message: `The issuer's name differs by a slash: it calls itself ${named}`,
    });
  },
);
