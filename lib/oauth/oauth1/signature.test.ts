import { randomBytes, randomInt } from "node:crypto";
import oauthSign from "oauth-sign";
import { expect, test } from "vitest";
import { authorizationHeader } from "./authorization-header";
import {
  hmacSha1Signature,
  type Parameter,
  percentEncode,
  type SecretPair,
  signatureBaseString,
} from "./signature";

/** The parameters that every example of RFC 5849 and OAuth Core 1.0 has. */
function protocol(consumerKey: string, timestamp: number, nonce: string): Parameter[] {
  return [
    ["oauth_consumer_key", consumerKey],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", String(timestamp)],
    ["oauth_nonce", nonce],
  ];
}

function sign(method: string, url: string, parameters: Parameter[], secrets: SecretPair) {
  return hmacSha1Signature(signatureBaseString(method, new URL(url), parameters), secrets);
}

const consumer = "dpf43f3p2l4k3l03";
const consumerSecret = "kd94hf93k423kf44";

test("the signature base string is the one printed in RFC 5849 section 3.4.1.1", () => {
  const url = new URL("http://EXAMPLE.com:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b");
  const parameters: Parameter[] = [
    ...protocol("9djdj82h48djs9d2", 137131201, "7d8f3e4a"),
    ["oauth_token", "kkk9d7dh3k39sjv7"],
    ["c2", ""],
    ["a3", "2 q"],
  ];
  const baseString = signatureBaseString("post", url, parameters);
  expect(baseString).toBe(
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D" +
      "%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a" +
      "%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
  );
  const secrets = { consumerSecret: "j49sk3j29djd", tokenSecret: "dh893hdasih9" };
  expect(hmacSha1Signature(baseString, secrets)).toBe("r6/TJjbCOr97/+UU0NsvSne7s5g="); // the erratum's secrets
});

test("RFC 5849 section 1.2: the temporary credentials request", () => {
  const parameters: Parameter[] = [
    ...protocol(consumer, 137131200, "wIjqoS"),
    ["oauth_callback", "http://printer.example.com/ready"],
  ];
  expect(sign("POST", "https://photos.example.net/initiate", parameters, { consumerSecret })).toBe(
    "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
  );
});

test("RFC 5849 section 1.2: the token request", () => {
  const parameters: Parameter[] = [
    ...protocol(consumer, 137131201, "walatlh"),
    ["oauth_token", "hh5s93j4hdidpola"],
    ["oauth_verifier", "hfdp7dh39dks9884"],
  ];
  const secrets = { consumerSecret, tokenSecret: "hdhd0244k9j7ao03" };
  expect(sign("POST", "https://photos.example.net/token", parameters, secrets)).toBe(
    "gKgrFCywp7rO0OXSjdot/IHF7IU=",
  );
});

const photos = "http://photos.example.net/photos?file=vacation.jpg&size=original";
const photoSecrets = { consumerSecret, tokenSecret: "pfkkdhi9sl3r4s00" };

test("RFC 5849 section 1.2: the resource request", () => {
  const parameters: Parameter[] = [
    ...protocol(consumer, 137131202, "chapoH"),
    ["oauth_token", "nnch734d00sl2jdk"],
  ];
  expect(sign("GET", photos, parameters, photoSecrets)).toBe("MdpQcU8iPSUjWoN/UDMsK2sui9I=");
});

test("OAuth Core 1.0 appendix A: the same with a version", () => {
  const parameters: Parameter[] = [
    ...protocol(consumer, 1191242096, "kllo9940pd9333jh"),
    ["oauth_token", "nnch734d00sl2jdk"],
    ["oauth_version", "1.0"],
  ];
  expect(sign("GET", photos, parameters, photoSecrets)).toBe("tR3+Ty81lMeYAr/Fid0kMTYa/WM=");
});

/** Shaped like a portal with secrets in base64; computed for this project, by two implementations that agree. */
const portal = { key: "exampleKey", secret: "example&Secret+/=" };
const base = "https://rest.sandbox-immobilienscout24.de/restapi";
const signatureOf = (header: string) =>
  decodeURIComponent(/oauth_signature="([^"]+)"/.exec(header)?.[1] ?? "");

test("secrets in base64 are encoded in the key, and a callback's own query is kept", () => {
  const header = authorizationHeader(
    {
      method: "POST",
      url: new URL(`${base}/security/oauth/request_token`),
      consumer: portal,
      step: [["oauth_callback", "https://crm.example/cb?portal=is24&x=a b"]],
    },
    { timestamp: 1700000000, nonce: "abc123" },
  );
  expect(signatureOf(header)).toBe("7lQQhdOHamITdgXaU9QPuz7kop8=");
});

test("the request token's secret and the verifier are signed", () => {
  const header = authorizationHeader(
    {
      method: "POST",
      url: new URL(`${base}/security/oauth/access_token`),
      consumer: portal,
      token: { token: "0c710b4d-c364-4768-8f48-386ee8679740", secret: "bIKKofo+L6W8/qtwadi2i4=" },
      step: [["oauth_verifier", "T8dxpr"]],
    },
    { timestamp: 1700000001, nonce: "abc124" },
  );
  expect(signatureOf(header)).toBe("wzbF2RSB4pkd4JkEqwU0DI8u44c=");
});

test("the query of a resource's address is signed", () => {
  const header = authorizationHeader(
    {
      method: "GET",
      url: new URL(
        `${base}/api/offer/v1.0/user/me/realestate?pagesize=1&pagenumber=1&archivedobjectsincluded=false`,
      ),
      consumer: portal,
      token: { token: "004bcd0d-5d4c-46dc-9c47-000000000000", secret: "bIKKofo+L6W8/qtwadi2i4=" },
    },
    { timestamp: 1700000002, nonce: "abc125" },
  );
  expect(signatureOf(header)).toBe("U/pSauegV99fLr4j1SwdKGolWRo=");
});

test("a trailing slash is another address", () => {
  const at = (path: string) => signatureBaseString("GET", new URL(base + path), []);
  expect(at("/user/me/realestate")).not.toBe(at("/user/me/realestate/"));
});

test("section 3.6 leaves alone what is unreserved, and nothing else", () => {
  expect(percentEncode("AZaz09-._~")).toBe("AZaz09-._~");
  expect(percentEncode("!*'() +&=%ü☃")).toBe("%21%2A%27%28%29%20%2B%26%3D%25%C3%BC%E2%98%83");
});

test("the header names no realm, and every value in it is encoded and quoted", () => {
  const header = authorizationHeader(
    {
      method: "GET",
      url: new URL("https://portal.example/x"),
      consumer: { key: 'k"ey', secret: "s" },
    },
    { timestamp: 1, nonce: "n" },
  );
  expect(header).toMatch(
    /^OAuth oauth_consumer_key="k%22ey", (\w+="[\w%.~-]+", )*oauth_signature="[\w%.~-]+"$/,
  );
  expect(header).not.toContain("realm");
});

test("ten thousand random requests are signed as an independent implementation signs them", () => {
  const differing = Array.from({ length: 10_000 }, randomRequest).filter(
    ({ method, address, query, parameters, secrets }) => {
      const url = new URL(address);
      for (const [name, value] of query) url.searchParams.append(name, value);
      const ours = sign(method, url.href, parameters, secrets);
      const theirs = oauthSign.hmacsign(
        method,
        address,
        grouped([...query, ...parameters]),
        secrets.consumerSecret,
        secrets.tokenSecret,
      );
      return ours !== theirs;
    },
  );
  expect(differing).toEqual([]);
});

/** What comes back when this fails is the request itself. */
function randomRequest() {
  const pairs = (count: number): Parameter[] =>
    Array.from({ length: count }, () => [randomText(1), randomText(0)]);
  return {
    method: ["GET", "POST", "PUT", "DELETE"][randomInt(4)] ?? "GET",
    address: `https://portal.example${randomInt(2) ? "/" : ""}${randomInt(2) ? "/a/b%20c/" : "/a"}`,
    query: pairs(randomInt(4)),
    parameters: [
      ...protocol("key", randomInt(1e9), randomBytes(8).toString("hex")),
      ...pairs(randomInt(4)),
    ],
    secrets: { consumerSecret: randomText(0), tokenSecret: randomText(0) },
  };
}

/** Few letters, so that names repeat and sort next to each other; the rest is what encoding gets wrong. */
function randomText(shortest: number) {
  const letters = [
    "a",
    "b",
    "A",
    "!",
    "*",
    "'",
    "(",
    ")",
    "~",
    "+",
    " ",
    "%",
    "&",
    "=",
    "/",
    "ü",
    "☃",
    "𝛼",
    "-",
    "_",
  ];
  const length = shortest + randomInt(4);
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

/** A repeated name, as that implementation wants it: once, with all its values. */
function grouped(parameters: readonly Parameter[]) {
  const values: Record<string, string | string[]> = {};
  for (const [name, value] of parameters) {
    const before = values[name];
    values[name] = before === undefined ? value : [before, value].flat();
  }
  return values;
}
