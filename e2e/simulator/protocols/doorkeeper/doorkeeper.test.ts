import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { exchange, federia, me, openSimulator, postJson, readAccessToken } from "../../testing";

/** The requests of an app's server: tokens, API calls and revocation, with each refusal once. */

const challengeOf = (verifier: string) => createHash("sha256").update(verifier).digest("base64url");

const invalidGrant = {
  error: "invalid_grant",
  error_description:
    "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
};

const invalidClient = {
  error: "invalid_client",
  error_description:
    "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
};

test.each([
  ["grant_type", "Missing required parameter: grant_type."],
  ["code", "Missing required parameter: code."],
  ["redirect_uri", "Missing required parameter: redirect_uri."],
])("a token request without %s gets an error that names it", async (parameter, sentence) => {
  const { origin } = await openSimulator();
  const answer = await exchange(origin, "a-code", { [parameter]: undefined });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ error: "invalid_request", error_description: sentence });
});

test("another grant type is refused", async () => {
  const { origin } = await openSimulator();
  const answer = await exchange(origin, "a-code", { grant_type: "refresh_token" });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: "unsupported_grant_type" });
});

test("a wrong secret gets 401 and a challenge, before the code is checked", async () => {
  const { origin } = await openSimulator();
  const answer = await exchange(origin, "no-such-code", { client_secret: "guess" });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toContain('error="invalid_client"');
  expect(await answer.json()).toEqual(invalidClient);
});

test("two kinds of client authentication are refused, and Basic alone is accepted", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  const authorization = `Basic ${btoa(`${federia.clientId}:${federia.clientSecret}`)}`;
  const fields = { grant_type: "authorization_code", code, redirect_uri: federia.redirectUri };
  const secret = { client_id: federia.clientId, client_secret: federia.clientSecret };
  const address = `${origin}/mls-connect.com/oauth/token`;

  const both = await postJson(address, { ...fields, ...secret }, { authorization });
  expect(both.status).toBe(401);
  expect(await both.json()).toEqual(invalidClient);
  expect((await postJson(address, fields, { authorization })).status).toBe(200);
});

test("a code works once, and its second use revokes the token of the first", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  const token = await readAccessToken(await exchange(origin, code));
  expect((await me(origin, token)).status).toBe(200);

  const again = await exchange(origin, code);
  expect(again.status).toBe(400);
  expect(await again.json()).toEqual(invalidGrant);
  expect((await me(origin, token)).status).toBe(401);
});

test("a code can be used for ten minutes", async () => {
  let time = Date.now();
  const { origin, visitor } = await openSimulator(() => time);
  const [early, late] = [visitor(), visitor()];
  const earlyCode = await early.codeFor("Anna Peeters");
  const lateCode = await late.codeFor("Bram Declercq");
  time += 600_000;
  expect((await exchange(origin, earlyCode)).status).toBe(200);
  time += 1;
  expect(await (await exchange(origin, lateCode)).json()).toEqual(invalidGrant);
});

test("a code works only with its redirect address", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  const shared = "http://localhost:3000/users/auth/mlsconnect/callback";
  expect(await (await exchange(origin, code, { redirect_uri: shared })).json()).toEqual(
    invalidGrant,
  );
  expect((await exchange(origin, code)).status).toBe(200);
});

test("a code of one board is refused for another board's client and in the other environment", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  const caraibes = { client_id: "simulated-caraibes", client_secret: "simulated-secret-caraibes" };
  expect(await (await exchange(origin, code, caraibes)).json()).toEqual(invalidGrant);

  const answer = await postJson(`${origin}/staging.mls-connect.test/oauth/token`, {
    grant_type: "authorization_code",
    client_id: "simulated-federia-staging",
    client_secret: "simulated-secret-federia-staging",
    redirect_uri: federia.redirectUri,
    code,
  });
  expect(await answer.json()).toEqual(invalidGrant);
});

test.each([
  ["plain", (verifier: string) => verifier],
  ["S256", challengeOf],
])("a code with a %s challenge needs its verifier", async (method, transform) => {
  const { origin, visitor } = await openSimulator();
  const verifier = "v".repeat(43);
  const challenge = { code_challenge: transform(verifier), code_challenge_method: method };
  const code = await visitor().codeFor("Anna Peeters", challenge);

  expect(await (await exchange(origin, code)).json()).toEqual({
    error: "invalid_request",
    error_description: "Missing required parameter: code_verifier.",
  });
  const wrong = await exchange(origin, code, { code_verifier: "w".repeat(43) });
  expect(await wrong.json()).toEqual(invalidGrant);
  expect((await exchange(origin, code, { code_verifier: verifier })).status).toBe(200);
});

test("a verifier without a challenge is refused", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await visitor().codeFor("Anna Peeters");
  const answer = await exchange(origin, code, { code_verifier: "v".repeat(43) });
  expect(await answer.json()).toEqual(invalidGrant);
});

test("the token endpoint accepts forms and JSON, and only POST", async () => {
  const { origin, visitor } = await openSimulator();
  const address = `${origin}/mls-connect.com/oauth/token`;
  const fields = {
    grant_type: "authorization_code",
    client_id: federia.clientId,
    client_secret: federia.clientSecret,
    redirect_uri: federia.redirectUri,
    code: await visitor().codeFor("Anna Peeters"),
  };
  const twice = new URLSearchParams([...Object.entries(fields), ["code", "another"]]);
  expect((await fetch(address, { method: "POST", body: twice })).status).toBe(400);
  expect((await fetch(address)).status).toBe(404);
  const form = new URLSearchParams(fields);
  expect((await fetch(address, { method: "POST", body: form })).status).toBe(200);
});

test.each([
  ["a comment", '{"grant_type": "authorization_code" // as documented\n}'],
  ["a trailing comma", '{"grant_type": "authorization_code",}'],
])("JSON with %s is refused", async (_what, body) => {
  const { origin } = await openSimulator();
  const answer = await postJson(`${origin}/mls-connect.com/oauth/token`, body);
  expect(answer.status).toBe(400);
  expect(answer.headers.get("content-type")).toContain("text/html");
});

test.each(["client_secret", "code", "token"])("a %s in the address is refused", async (name) => {
  const { origin } = await openSimulator();
  const answer = await postJson(`${origin}/mls-connect.com/oauth/token?${name}=x`, {});
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: "invalid_request" });
});

test("a bad token gets 401, no body, and the reason in a header", async () => {
  const { origin } = await openSimulator();
  const answer = await me(origin, "no-such-token");
  expect(answer.status).toBe(401);
  expect(await answer.text()).toBe("");
  expect(answer.headers.get("www-authenticate")).toBe(
    'Bearer realm="Doorkeeper", error="invalid_token", error_description="The access token is invalid"',
  );
});

test("a token is accepted only in the header, and only in its own environment", async () => {
  const { origin, visitor } = await openSimulator();
  const token = await readAccessToken(
    await exchange(origin, await visitor().codeFor("Anna Peeters")),
  );
  const inAddress = `${origin}/mls-connect.com/api/oauth/me?access_token=${token}`;
  expect((await fetch(inAddress)).status).toBe(401);
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(inAddress, { headers })).status).toBe(401);
  expect((await me(origin, token, "staging.mls-connect.test")).status).toBe(401);
  expect((await me(origin, token)).status).toBe(200);
});

test("a client can revoke its own tokens only; an unknown one is no error", async () => {
  const { origin, visitor } = await openSimulator();
  const token = await readAccessToken(
    await exchange(origin, await visitor().codeFor("Anna Peeters")),
  );
  const revoke = (board: string, value: string) =>
    fetch(`${origin}/mls-connect.com/oauth/revoke`, {
      method: "POST",
      body: new URLSearchParams({
        token: value,
        client_id: `simulated-${board}`,
        client_secret: `simulated-secret-${board}`,
      }),
    });

  expect((await revoke("caraibes", token)).status).toBe(403);
  expect((await revoke("nowhere", token)).status).toBe(403);
  expect((await me(origin, token)).status).toBe(200);
  expect(await (await revoke("federia", token)).json()).toEqual({});
  const answer = await me(origin, token);
  expect(answer.headers.get("www-authenticate")).toContain("The access token was revoked");
  expect((await revoke("federia", "no-such-token")).status).toBe(200);
});

test("special people have null fields, no id, unknown fields or a slow token", async () => {
  const { origin, visitor } = await openSimulator();
  const memberFor = async (person: string) => {
    const token = await readAccessToken(await exchange(origin, await visitor().codeFor(person)));
    return (await me(origin, token)).json();
  };
  expect(await memberFor("Nina Vide")).toMatchObject({ email: null, additionalInformation: null });
  expect(await memberFor("Noé Sansnom")).not.toHaveProperty("id");
  expect(await memberFor("Bram Declercq")).toHaveProperty("spokenLanguages");
  const startedAt = performance.now();
  expect(await memberFor("Dieter Langsam")).toMatchObject({ id: "d1LaNg" });
  expect(performance.now() - startedAt).toBeGreaterThan(1400);
});
