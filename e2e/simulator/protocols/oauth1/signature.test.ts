import oauthSign from "oauth-sign";
import { expect, test } from "vitest";
import { decode, encode } from "./percent-encoding";
import { hmacSha1, type Parameters, signatureBaseString } from "./signature";

/** Known signatures from the RFC and its predecessor, and three of requests like the portal's. */

type Vector = {
  request: string;
  form?: Parameters;
  oauth: Record<string, string>;
  consumerSecret: string;
  tokenSecret?: string;
  signature: string;
};

const printer = {
  oauth_consumer_key: "dpf43f3p2l4k3l03",
  oauth_signature_method: "HMAC-SHA1",
};

const example = {
  oauth_consumer_key: "exampleKey",
  oauth_signature_method: "HMAC-SHA1",
  oauth_version: "1.0",
};

const consumerSecret = "kd94hf93k423kf44";
const exampleSecrets = {
  consumerSecret: "example&Secret+/=",
  tokenSecret: "bIKKofo+L6W8/qtwadi2i4=",
};

const sandbox = "https://rest.sandbox-immobilienscout24.de/restapi";

const vectors: Record<string, Vector> = {
  "RFC 5849 section 1.2, initiate": {
    request: "POST https://photos.example.net/initiate",
    oauth: {
      ...printer,
      oauth_timestamp: "137131200",
      oauth_nonce: "wIjqoS",
      oauth_callback: "http://printer.example.com/ready",
    },
    consumerSecret,
    signature: "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
  },
  "RFC 5849 section 1.2, token": {
    request: "POST https://photos.example.net/token",
    oauth: {
      ...printer,
      oauth_token: "hh5s93j4hdidpola",
      oauth_timestamp: "137131201",
      oauth_nonce: "walatlh",
      oauth_verifier: "hfdp7dh39dks9884",
    },
    consumerSecret,
    tokenSecret: "hdhd0244k9j7ao03",
    signature: "gKgrFCywp7rO0OXSjdot/IHF7IU=",
  },
  "RFC 5849 section 1.2, photos": {
    request: "GET http://photos.example.net/photos?file=vacation.jpg&size=original",
    oauth: {
      ...printer,
      oauth_token: "nnch734d00sl2jdk",
      oauth_timestamp: "137131202",
      oauth_nonce: "chapoH",
    },
    consumerSecret,
    tokenSecret: "pfkkdhi9sl3r4s00",
    signature: "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
  },
  "OAuth Core 1.0, appendix A": {
    request: "GET http://photos.example.net/photos?file=vacation.jpg&size=original",
    oauth: {
      ...printer,
      oauth_token: "nnch734d00sl2jdk",
      oauth_timestamp: "1191242096",
      oauth_nonce: "kllo9940pd9333jh",
      oauth_version: "1.0",
    },
    consumerSecret,
    tokenSecret: "pfkkdhi9sl3r4s00",
    signature: "tR3+Ty81lMeYAr/Fid0kMTYa/WM=",
  },
  "RFC 5849 section 3.4.1, with the secrets of its erratum": {
    request: "POST http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
    form: [
      ["c2", ""],
      ["a3", "2 q"],
    ],
    oauth: {
      oauth_consumer_key: "9djdj82h48djs9d2",
      oauth_token: "kkk9d7dh3k39sjv7",
      oauth_signature_method: "HMAC-SHA1",
      oauth_timestamp: "137131201",
      oauth_nonce: "7d8f3e4a",
    },
    consumerSecret: "j49sk3j29djd",
    tokenSecret: "dh893hdasih9",
    signature: "r6/TJjbCOr97/+UU0NsvSne7s5g=",
  },
  "ImmoScout24, request token": {
    request: `POST ${sandbox}/security/oauth/request_token`,
    oauth: {
      ...example,
      oauth_timestamp: "1700000000",
      oauth_nonce: "abc123",
      oauth_callback: "https://crm.example/cb?portal=is24&x=a b",
    },
    consumerSecret: exampleSecrets.consumerSecret,
    signature: "7lQQhdOHamITdgXaU9QPuz7kop8=",
  },
  "ImmoScout24, access token": {
    request: `POST ${sandbox}/security/oauth/access_token`,
    oauth: {
      ...example,
      oauth_token: "0c710b4d-c364-4768-8f48-386ee8679740",
      oauth_timestamp: "1700000001",
      oauth_nonce: "abc124",
      oauth_verifier: "T8dxpr",
    },
    ...exampleSecrets,
    signature: "wzbF2RSB4pkd4JkEqwU0DI8u44c=",
  },
  "ImmoScout24, listings": {
    request: `GET ${sandbox}/api/offer/v1.0/user/me/realestate?pagesize=1&pagenumber=1&archivedobjectsincluded=false`,
    oauth: {
      ...example,
      oauth_token: "004bcd0d-5d4c-46dc-9c47-000000000000",
      oauth_timestamp: "1700000002",
      oauth_nonce: "abc125",
    },
    ...exampleSecrets,
    signature: "U/pSauegV99fLr4j1SwdKGolWRo=",
  },
};

function signatureOf({ request, form = [], oauth, consumerSecret, tokenSecret = "" }: Vector) {
  const [method = "", address = ""] = request.split(" ");
  const base = signatureBaseString({ method, address, form, oauth: Object.entries(oauth) });
  return hmacSha1(base, { consumerSecret, tokenSecret });
}

test.each(Object.entries(vectors))("%s has the published signature", (_name, vector) => {
  expect(signatureOf(vector)).toBe(vector.signature);
});

test("realm and signature are not signed", () => {
  const vector = Object.values(vectors)[0];
  const oauth = { ...vector?.oauth, realm: "Photos", oauth_signature: "x" };
  expect(vector && signatureOf({ ...vector, oauth })).toBe(vector?.signature);
});

test("the base string is as in RFC 5849 section 3.4.1.1", () => {
  const base = signatureBaseString({
    method: "POST",
    address: "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
    form: [
      ["c2", ""],
      ["a3", "2 q"],
    ],
    oauth: [
      ["oauth_consumer_key", "9djdj82h48djs9d2"],
      ["oauth_token", "kkk9d7dh3k39sjv7"],
      ["oauth_signature_method", "HMAC-SHA1"],
      ["oauth_timestamp", "137131201"],
      ["oauth_nonce", "7d8f3e4a"],
    ],
  });
  expect(base).toBe(
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
  );
});

test("names and values that are hard to sort and encode are signed as another library signs them", () => {
  const parameters = {
    "a b": "1",
    "a-b": "2",
    a1: "~!*'()",
    a: "ä€😀",
    B: "",
    oauth_nonce: "n+/=",
    c: ["2", "10", "1 0"],
  };
  const pairs = Object.entries(parameters).flatMap(([name, values]) =>
    [values].flat().map((value) => [name, value] as const),
  );
  const base = signatureBaseString({
    method: "GET",
    address: "http://localhost:4600/rest.immobilienscout24.de/a/b/",
    form: [],
    oauth: pairs,
  });
  expect(hmacSha1(base, exampleSecrets)).toBe(
    oauthSign.hmacsign(
      "GET",
      "http://localhost:4600/rest.immobilienscout24.de/a/b/",
      parameters,
      exampleSecrets.consumerSecret,
      exampleSecrets.tokenSecret,
    ),
  );
});

test("percent-encoding keeps unreserved characters, and decoding accepts only encoded text", () => {
  expect(encode("aZ09-._~ !*'()+/=%")).toBe("aZ09-._~%20%21%2A%27%28%29%2B%2F%3D%25");
  expect(decode("a%20b%2b")).toBe("a b+");
  for (const broken of ["a b", "a+b", "a/b", "%", "%2", "%zz", "%ff"]) {
    expect(decode(broken)).toBeNull();
  }
});
