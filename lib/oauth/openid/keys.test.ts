import { expect, test } from "vitest";
import {
  client,
  compact,
  forged,
  hs256,
  type Lie,
  ours,
  provider,
  type SigningKey,
  signingKey,
  type Verdict,
  verdictOn,
} from "./testing";

/** The key set of a provider, and how its keys change. */

const next = signingKey("two");
const small = signingKey("one", 1024);
const secret = { kty: "oct", k: Buffer.from(client.secret).toString("base64url"), kid: "one" };
const { kty: _, ...withoutType } = next.jwk;

type Published = { keys: unknown[]; key?: SigningKey; kid?: string | null };

test.each<[about: string, section: string, Verdict, Published]>([
  ["the key", "Core 10.1", "accepted", { keys: [ours.jwk] }],
  ["two keys", "Core 10.1", "accepted", { keys: [next.jwk, ours.jwk] }],
  ["one key, and kid is missing", "Core 10.1", "accepted", { keys: [ours.jwk], kid: null }],
  [
    "a key without a kid, and kid is missing",
    "Core 10.1",
    "accepted",
    { keys: [{ ...ours.jwk, kid: undefined }], kid: null },
  ],
  // Core has "MUST be provided" for the provider; to a recipient kid is a hint, and one of the keys fits or none.
  [
    "several keys, and kid is missing",
    "RFC 7515 4.1.4",
    "accepted",
    { keys: [next.jwk, ours.jwk], kid: null },
  ],
  [
    "several others, and kid is missing",
    "RFC 7515 4.1.4",
    "unverified",
    { keys: [next.jwk, forged.jwk], kid: null },
  ],
  ["another key", "Core 10.1", "unverified", { keys: [next.jwk] }],
  ["another key of that name", "Core 10.1", "unverified", { keys: [forged.jwk] }],
  [
    "the key, under another name",
    "RFC 7517 4.5",
    "unverified",
    { keys: [{ ...ours.jwk, kid: "ONE" }] },
  ],
  ["two of that name, ours first", "RFC 7517 4.5", "accepted", { keys: [ours.jwk, forged.jwk] }],
  ["two of that name, ours last", "RFC 7517 4.5", "accepted", { keys: [forged.jwk, ours.jwk] }],
  [
    "the key, for encryption",
    "RFC 7517 4.2",
    "unverified",
    { keys: [{ ...ours.jwk, use: "enc" }] },
  ],
  [
    "the key, for wrapping",
    "RFC 7517 4.3",
    "unverified",
    { keys: [{ ...ours.jwk, key_ops: ["wrapKey"] }] },
  ],
  ["the key, for PS256", "RFC 7517 4.4", "unverified", { keys: [{ ...ours.jwk, alg: "PS256" }] }],
  [
    "a key of unknown type beside it",
    "RFC 7517 5",
    "accepted",
    { keys: [{ kty: "AKP", kid: "two", alg: "ML-DSA-0" }, ours.jwk] },
  ],
  ["a key of no type beside it", "RFC 7517 5", "accepted", { keys: [withoutType, ours.jwk] }],
  ["what is no key beside it", "RFC 7517 5", "accepted", { keys: [null, "key", [], ours.jwk] }],
  [
    "half a key beside it",
    "RFC 7517 5",
    "accepted",
    { keys: [{ kty: "RSA", kid: "one", e: "AQAB" }, ours.jwk] },
  ],
  ["a small key beside it", "RFC 7517 5", "accepted", { keys: [small.jwk, ours.jwk] }],
  ["a small key", "RFC 7518 3.3", "unverified", { keys: [small.jwk], key: small }],
  ["half the key", "RFC 7518 6.3.1", "unverified", { keys: [{ ...ours.jwk, n: undefined }] }],
  ["a broken key", "RFC 7518 6.3.1", "unverified", { keys: [{ ...ours.jwk, n: "§" }] }],
  [
    "the private key",
    "Discovery 3",
    "unverified",
    { keys: [{ ...ours.privateKey.export({ format: "jwk" }), kid: "one" }] },
  ],
])("a key set with %s (%s): %s", async (_about, _section, verdict, { keys, key = ours, kid }) => {
  const issuer = await provider();
  issuer.keys = keys;
  issuer.key = key;
  if (kid === null) issuer.header = { kid: undefined };
  expect(await verdictOn(issuer)).toBe(verdict);
});

test("a published secret of ours (Discovery 3) is no key for HS256", async () => {
  const issuer = await provider();
  issuer.keys = [secret, ours.jwk];
  issuer.idToken = (header, claims) =>
    compact({ ...header, alg: "HS256" }, claims, hs256(client.secret));
  expect(await verdictOn(issuer)).toBe("unverified");
});

test.each<[about: string, Verdict, Lie]>([
  ["without keys", "unexpected", { body: { keys: [] } }],
  ["whose keys are none of them keys", "unexpected", { body: { keys: [null, {}] } }],
  ["whose keys are no list", "unexpected", { body: { keys: ours.jwk } }],
  ["that is a list", "unexpected", { body: [ours.jwk] }],
  ["that is a key", "unexpected", { body: ours.jwk }],
  ["that is not JSON", "unreadable", { body: "keys" }],
  ["that is empty", "empty", { body: "" }],
  ["that is a web page", "web_page", { body: "<!doctype html>" }],
  [
    "that is larger than any",
    "too_large",
    { body: { keys: [ours.jwk], more: "k".repeat(300_000) } },
  ],
  ["with status 500", "failing", { status: 500 }],
  ["with status 404", "unexpected", { status: 404 }],
  ["with a redirect", "redirected", { status: 302, headers: { location: "/forged-keys" } }],
])("a key set %s (RFC 7517 5): %s", async (_about, verdict, lie) => {
  const issuer = await provider();
  issuer.lies.jwks = lie;
  expect(await verdictOn(issuer)).toBe(verdict);
  expect(issuer.asked.elsewhere).toBe(0);
});

test.each<[about: string, SigningKey]>([
  ["under a new name", next],
  ["under its old name", forged],
])(
  "a key that has changed %s since we asked is asked for again: Core 10.1.1",
  async (_about, key) => {
    const issuer = await provider();
    expect(await verdictOn(issuer)).toBe("accepted");
    issuer.keys = [key.jwk];
    issuer.key = key;
    expect(await verdictOn(issuer)).toBe("accepted");
    expect(await verdictOn(issuer)).toBe("accepted");
    expect(issuer.asked.jwks).toBe(2);
  },
);

test("a key that has gone from the key set is good for nothing once we have noticed: Core 10.1.1", async () => {
  const issuer = await provider();
  expect(await verdictOn(issuer)).toBe("accepted");
  Object.assign(issuer, { keys: [next.jwk], key: next });
  expect(await verdictOn(issuer)).toBe("accepted");
  issuer.key = ours;
  expect(await verdictOn(issuer)).toBe("unverified");
});

test("a signature that nothing fits costs one more question, and not one for each key: Core 10.1.1", async () => {
  const issuer = await provider();
  issuer.keys = [next.jwk, forged.jwk];
  expect(await verdictOn(issuer)).toBe("unverified");
  expect(issuer.asked.jwks).toBe(2);
});

test("an ID token that is wrong for another reason does not make us ask for keys again", async () => {
  const issuer = await provider();
  issuer.claims = { aud: "other" };
  expect(await verdictOn(issuer)).toBe("unverified");
  expect(issuer.asked.jwks).toBe(1);
});

test("keys that we have are good while the key set cannot be reached, and new ones are not guessed", async () => {
  const issuer = await provider();
  expect(await verdictOn(issuer)).toBe("accepted");
  issuer.lies.jwks = { status: 503 };
  expect(await verdictOn(issuer)).toBe("accepted");
  issuer.key = next;
  expect(await verdictOn(issuer)).toBe("failing");
});
