import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { expect, test } from "vitest";
import {
  api,
  appOrigin,
  authorize,
  codeFor,
  exchange,
  key,
  refresh,
  roles,
  userinfo,
} from "../../portals/spark/testing";
import { openSimulator, postJson } from "../../testing";

/** OpenID Connect: the requests of a browser and of an app's server, with each refusal once. */

const invalidCode = {
  error: "invalid_grant",
  error_description: "The authorization code is invalid or expired",
};

const invalidRefreshToken = {
  error: "invalid_grant",
  error_description: "The refresh token is invalid or has been used",
};

const invalidClient = {
  error: "invalid_client",
  error_description: "Client authentication failed",
};

async function keysOf(origin: string) {
  return (await fetch(`${origin}/sparkplatform.com/openid/jwks.json`)).json();
}

test("discovery is Spark's with the simulator's address, without PKCE and logout", async () => {
  const { origin } = await openSimulator();
  const issuer = `${origin}/sparkplatform.com`;
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  const document = await answer.json();
  expect(document).toMatchObject({
    issuer,
    authorization_endpoint: `${issuer}/openid/authorize`,
    token_endpoint: `${issuer}/openid/token`,
    userinfo_endpoint: `${issuer}/openid/userinfo`,
    jwks_uri: `${issuer}/openid/jwks.json`,
    revocation_endpoint: `${issuer}/openid/revoke`,
    subject_types_supported: ["public", "pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    claims_parameter_supported: true,
  });
  expect(Object.keys(document)).toHaveLength(13);
});

test("there is one key, named default, without alg", async () => {
  const { origin } = await openSimulator();
  const { keys } = await keysOf(origin);
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatchObject({ kty: "RSA", kid: "default", use: "sig" });
  expect(Object.keys(keys[0])).not.toContain("alg");
  expect(Object.keys(keys[0])).not.toContain("d");
});

test("a person logs in, consents, and the app gets a code, tokens and an ID token with its nonce", async () => {
  const { origin, visitor } = await openSimulator();
  const sandra = visitor();
  const code = await codeFor(sandra, "Sandra Key", { state: "s /+&=%", nonce: "n-1" });
  expect(code).toMatch(/^[A-Za-z0-9]{25}$/);
  expect((sandra.landedAt?.origin ?? "") + sandra.landedAt?.pathname).toBe(key.redirect_uri);
  expect(sandra.landedAt?.searchParams.getAll("state")).toEqual(["s /+&=%"]);
  expect(sandra.landedAt?.searchParams.size).toBeGreaterThan(2);

  const answer = await exchange(origin, code);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toContain("no-store");
  const tokens = await answer.json();
  expect(Object.keys(tokens)).toEqual([
    "access_token",
    "expires_in",
    "refresh_token",
    "token_type",
    "id_token",
  ]);
  expect(tokens).toMatchObject({ expires_in: 86_400, token_type: "Bearer" });
  expect(decodeProtectedHeader(tokens.id_token)).toMatchObject({ alg: "RS256", kid: "default" });
  const { payload } = await jwtVerify(tokens.id_token, createLocalJWKSet(await keysOf(origin)), {
    issuer: `${origin}/sparkplatform.com`,
    audience: key.client_id,
    requiredClaims: ["sub", "iat", "exp", "nonce"],
  });
  expect(payload).toMatchObject({ nonce: "n-1", name: "Sandra Key", MemberMlsId: "riv.key" });
  expect(await (await userinfo(origin, tokens.access_token)).json()).toMatchObject({
    sub: payload.sub,
    name: "Sandra Key",
    email: "sandra.key@riviera-realty.example",
    email_verified: true,
  });
});

test("without state and nonce in the request there are none in the answers", async () => {
  const { origin, visitor } = await openSimulator();
  const sandra = visitor();
  const code = await codeFor(sandra, "Sandra Key", { state: undefined, nonce: undefined });
  expect(sandra.landedAt?.searchParams.has("state")).toBe(false);
  const { id_token } = await (await exchange(origin, code)).json();
  const { payload } = await jwtVerify(id_token, createLocalJWKSet(await keysOf(origin)));
  expect(payload).not.toHaveProperty("nonce");
});

test("unknown parameters are ignored, a code challenge too", async () => {
  const { origin, visitor } = await openSimulator();
  const challenge = { code_challenge: "abc", code_challenge_method: "S256", utm_source: "x" };
  const code = await codeFor(visitor(), "Sandra Key", challenge);
  expect((await exchange(origin, code)).status).toBe(200);
});

test("a person who has consented is not asked again", async () => {
  const { visitor } = await openSimulator();
  const sandra = visitor();
  const first = await codeFor(sandra, "Sandra Key");
  await authorize(sandra, { state: "again" });
  expect(sandra.landedAt?.searchParams.get("state")).toBe("again");
  expect(sandra.landedAt?.searchParams.get("code")).not.toBe(first);
});

test("after Deny the callback has access_denied and the state", async () => {
  const { visitor } = await openSimulator();
  const sam = visitor();
  await authorize(sam, { state: "kept" });
  await sam.press("Sam Broker");
  await sam.press("Deny");
  expect(sam.landedAt?.search).toBe(
    "?error=access_denied&error_description=The+user+denied+access&state=kept",
  );
});

test.each([
  ["no client", { client_id: undefined }, "Missing required parameter: client_id"],
  ["an unknown client", { client_id: "1234" }, "invalid_client"],
  ["an OAuth 2 key", { client_id: roles.private.client_id }, "unauthorized_client"],
  ["no redirect address", { redirect_uri: undefined }, "Missing required parameter: redirect_uri"],
  [
    "an almost registered redirect address",
    { redirect_uri: `${key.redirect_uri}/` },
    "does not match registered URI",
  ],
  [
    "another key's redirect address",
    { redirect_uri: roles.private.redirect_uri },
    "does not match registered URI",
  ],
])(
  "authorize with %s shows an error page and does not go back to the app",
  async (_what, changes, sentence) => {
    const { visitor } = await openSimulator();
    const sandra = await authorize(visitor(), changes);
    expect(sandra.status).toBe(400);
    expect(sandra.page).toContain(sentence);
    expect(sandra.landedAt).toBeNull();
  },
);

test.each([
  ["no response type", { response_type: undefined }, "invalid_request"],
  ["another response type", { response_type: "id_token" }, "unsupported_response_type"],
  ["no scope", { scope: undefined }, "invalid_scope"],
  ["a scope without openid", { scope: "profile openidx" }, "invalid_scope"],
])("authorize with %s goes back to the app with an error", async (_what, changes, error) => {
  const { visitor } = await openSimulator();
  const sandra = await authorize(visitor(), changes);
  expect(sandra.landedAt?.searchParams.get("error")).toBe(error);
  expect(sandra.landedAt?.searchParams.get("state")).toBe("a-state");
  expect(sandra.landedAt?.searchParams.has("code")).toBe(false);
});

test("a parameter sent twice is refused", async () => {
  const { visitor } = await openSimulator();
  const query = new URLSearchParams({ ...key, response_type: "code", scope: "openid" });
  const address = `/sparkplatform.com/openid/authorize?${query}&state=a&state=b`;
  const sandra = await visitor().open(address);
  expect(sandra.status).toBe(400);
});

test("a consent page cannot be used from another browser", async () => {
  const { visitor } = await openSimulator();
  const sandra = await authorize(visitor());
  await sandra.press("Sandra Key");
  const ticket = /name="ticket" value="(.*?)"/.exec(sandra.page)?.[1] ?? "";
  const stranger = await visitor().open(
    "/sparkplatform.com/consent",
    new URLSearchParams({ ticket }),
  );
  expect(stranger.status).toBe(404);
  expect(stranger.landedAt).toBeNull();
});

test("a login does not redirect to another site", async () => {
  const { visitor } = await openSimulator();
  const sandra = visitor();
  await sandra.open("/sparkplatform.com/login?returnTo=https://evil.example/");
  await sandra.press("Sandra Key");
  expect(sandra.landedAt).toBeNull();
  expect(sandra.page).toContain("Your Flexmls account");
});

test("the token endpoint accepts forms and JSON, and only POST", async () => {
  const { origin, visitor } = await openSimulator();
  const address = `${origin}/sparkplatform.com/openid/token`;
  const code = await codeFor(visitor(), "Sandra Key");
  const body = new URLSearchParams({ grant_type: "authorization_code", ...key, code });
  expect((await fetch(address)).status).toBe(404);
  expect((await fetch(address, { method: "POST", body })).status).toBe(200);
});

test.each([
  ["grant_type", "Missing required parameter: grant_type"],
  ["code", "Missing required parameter: code"],
  ["redirect_uri", "Missing required parameter: redirect_uri"],
])("a token request without %s gets an error that names it", async (parameter, sentence) => {
  const { origin } = await openSimulator();
  const answer = await exchange(origin, "a-code", { [parameter]: undefined });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ error: "invalid_request", error_description: sentence });
});

test.each([
  ["another grant type", { grant_type: "password" }, 400, "unsupported_grant_type"],
  ["no secret", { client_secret: undefined }, 401, "invalid_client"],
  ["a wrong secret", { client_secret: "guess" }, 401, "invalid_client"],
  [
    "an OAuth 2 key",
    { client_id: roles.private.client_id, client_secret: roles.private.client_secret },
    400,
    "unauthorized_client",
  ],
])("a token request with %s is refused", async (_what, changes, status, error) => {
  const { origin } = await openSimulator();
  const answer = await exchange(origin, "a-code", changes);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error });
});

test("a body that cannot be read is an invalid request", async () => {
  const { origin } = await openSimulator();
  const answer = await postJson(`${origin}/sparkplatform.com/openid/token`, '{"code": // no');
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: "invalid_request" });
});

test("client_secret_basic is accepted too, form-encoded, but not together with client_secret_post", async () => {
  const { origin, visitor } = await openSimulator();
  const address = `${origin}/sparkplatform.com/openid/token`;
  const code = await codeFor(visitor(), "Sandra Key");
  const fields = { grant_type: "authorization_code", code, redirect_uri: key.redirect_uri };
  const encoded = [key.client_id, key.client_secret].map((half) => half.replaceAll("-", "%2D"));
  const authorization = `Basic ${btoa(encoded.join(":"))}`;

  const both = await postJson(address, { ...fields, ...key }, { authorization });
  expect(both.status).toBe(401);
  expect(await both.json()).toEqual(invalidClient);
  const broken = await postJson(address, fields, { authorization: `Basic ${btoa("%zz:x")}` });
  expect(await broken.json()).toEqual(invalidClient);
  expect((await postJson(address, fields, { authorization })).status).toBe(200);
});

test.each(["client_secret", "code", "refresh_token"])(
  "a %s in the address is refused",
  async (name) => {
    const { origin } = await openSimulator();
    const answer = await postJson(`${origin}/sparkplatform.com/openid/token?${name}=x`, key);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: "invalid_request" });
  },
);

test("a code works once, and its second use revokes the tokens of the first", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await codeFor(visitor(), "Sandra Key");
  const tokens = await (await exchange(origin, code)).json();
  expect((await userinfo(origin, tokens.access_token)).status).toBe(200);

  const again = await exchange(origin, code);
  expect(again.status).toBe(400);
  expect(await again.json()).toEqual(invalidCode);
  expect((await userinfo(origin, tokens.access_token)).status).toBe(401);
  expect(await (await refresh(origin, tokens.refresh_token)).json()).toEqual(invalidRefreshToken);
});

test("a code can be used for one minute", async () => {
  let time = Date.now();
  const { origin, visitor } = await openSimulator(() => time);
  const [early, late] = [visitor(), visitor()];
  const earlyCode = await codeFor(early, "Sandra Key");
  const lateCode = await codeFor(late, "Sam Broker");
  time += 60_000;
  expect((await exchange(origin, earlyCode)).status).toBe(200);
  time += 1;
  expect(await (await exchange(origin, lateCode)).json()).toEqual(invalidCode);
});

test("a code works only with its redirect address, not with the one of another origin", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await codeFor(visitor(), "Sandra Key");
  const elsewhere = { redirect_uri: key.redirect_uri.replace(":3000", ":3100") };
  expect(await (await exchange(origin, code, elsewhere)).json()).toEqual(invalidCode);
  expect((await exchange(origin, code)).status).toBe(200);
});

test("a refresh gives new tokens and an ID token without a nonce", async () => {
  const { origin, visitor } = await openSimulator();
  const first = await (await exchange(origin, await codeFor(visitor(), "Sandra Key"))).json();
  const answer = await refresh(origin, first.refresh_token);
  expect(answer.status).toBe(200);
  const second = await answer.json();
  expect(second.access_token).not.toBe(first.access_token);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  const keys = createLocalJWKSet(await keysOf(origin));
  const { payload } = await jwtVerify(second.id_token, keys, { audience: key.client_id });
  expect(payload).not.toHaveProperty("nonce");
  expect((await userinfo(origin, second.access_token)).status).toBe(200);
});

test("a spent refresh token is refused, and the later tokens are revoked", async () => {
  const { origin, visitor } = await openSimulator();
  const first = await (await exchange(origin, await codeFor(visitor(), "Sandra Key"))).json();
  const second = await (await refresh(origin, first.refresh_token)).json();
  const again = await refresh(origin, first.refresh_token);
  expect(again.status).toBe(400);
  expect(await again.json()).toEqual(invalidRefreshToken);
  expect(await (await refresh(origin, second.refresh_token)).json()).toEqual(invalidRefreshToken);
  expect((await userinfo(origin, second.access_token)).status).toBe(401);
});

test("with the option of a grace period a spent refresh token works again for a while", async () => {
  let time = Date.now();
  const { origin, control, visitor } = await openSimulator(() => time);
  await control("POST", "/options", { portal: "spark", refreshGraceSeconds: 10 });
  const first = await (await exchange(origin, await codeFor(visitor(), "Sandra Key"))).json();
  expect((await refresh(origin, first.refresh_token)).status).toBe(200);
  time += 9_999;
  expect((await refresh(origin, first.refresh_token)).status).toBe(200);
  time += 1;
  expect((await refresh(origin, first.refresh_token)).status).toBe(400);
});

test.each([
  ["missing", undefined],
  ["unknown", "no-such-token"],
])("a refresh token that is %s is refused", async (_what, refresh_token) => {
  const { origin } = await openSimulator();
  const answer = await refresh(origin, "", { refresh_token });
  expect(answer.status).toBe(400);
});

test("an access token works for a day, and the refresh token longer", async () => {
  let time = Date.now();
  const { origin, visitor } = await openSimulator(() => time);
  const tokens = await (await exchange(origin, await codeFor(visitor(), "Sandra Key"))).json();
  time += 86_400_000;
  expect((await userinfo(origin, tokens.access_token)).status).toBe(200);
  time += 1;
  expect((await userinfo(origin, tokens.access_token)).status).toBe(401);
  expect((await refresh(origin, tokens.refresh_token)).status).toBe(200);
});

test("UserInfo accepts an OpenID token only in the header", async () => {
  const { origin, visitor } = await openSimulator();
  const { access_token } = await (
    await exchange(origin, await codeFor(visitor(), "Sandra Key"))
  ).json();
  const address = `${origin}/sparkplatform.com/openid/userinfo`;
  expect((await fetch(`${address}?access_token=${access_token}`)).status).toBe(401);
  const refused = await userinfo(origin, "no-such-token");
  expect(refused.status).toBe(401);
  expect(refused.headers.get("www-authenticate")).toContain('error="invalid_token"');
});

test("revocation ends both tokens, accepts unknown ones, and needs a form and the token's own client", async () => {
  const { origin, visitor } = await openSimulator();
  const sandra = visitor();
  const tokens = await (await exchange(origin, await codeFor(sandra, "Sandra Key"))).json();
  const address = `${origin}/sparkplatform.com/openid/revoke`;
  const revoke = (fields: Record<string, string>) =>
    fetch(address, { method: "POST", body: new URLSearchParams(fields) });
  const { client_id, client_secret } = key;
  const token = tokens.refresh_token;

  expect((await postJson(address, { token, client_id, client_secret })).status).toBe(400);
  expect((await revoke({ token, client_id, client_secret: "guess" })).status).toBe(401);
  const { client_id: otherId, client_secret: otherSecret } = roles.private;
  const foreign = await revoke({ token, client_id: otherId, client_secret: otherSecret });
  expect(foreign.status).toBe(400);
  expect((await revoke({ client_id, client_secret })).status).toBe(400);
  expect((await revoke({ token: "unknown", client_id, client_secret })).status).toBe(200);
  expect((await userinfo(origin, tokens.access_token)).status).toBe(200);

  expect((await revoke({ token, client_id, client_secret })).status).toBe(200);
  expect((await userinfo(origin, tokens.access_token)).status).toBe(401);
  expect((await refresh(origin, tokens.refresh_token)).status).toBe(400);
  await authorize(sandra);
  expect(sandra.page).toContain("Authorization required");
});

test("a person can remove the app on Spark's own page", async () => {
  const { origin, visitor } = await openSimulator();
  const sandra = visitor();
  const tokens = await (await exchange(origin, await codeFor(sandra, "Sandra Key"))).json();
  await sandra.open("/sparkplatform.com/openid/revoke");
  await sandra.press("Remove Portico");
  expect(sandra.page).toContain("None.");
  const authorization = `Bearer ${tokens.access_token}`;
  expect((await api(origin, "/v1/my/account", authorization)).status).toBe(401);
});

test("logout ends the login, and goes back only to the client's redirect address", async () => {
  const { visitor } = await openSimulator();
  const sandra = visitor();
  await codeFor(sandra, "Sandra Key");
  const logout = (fields: Record<string, string>) => {
    sandra.landedAt = null;
    return sandra.open(`/sparkplatform.com/openid/logout?${new URLSearchParams(fields)}`);
  };
  const back = { client_id: key.client_id, post_logout_redirect_uri: key.redirect_uri };

  await logout({ ...back, post_logout_redirect_uri: `${appOrigin}/` });
  expect(sandra.status).toBe(400);
  await logout({ post_logout_redirect_uri: key.redirect_uri });
  expect(sandra.status).toBe(400);
  await authorize(sandra);
  expect(sandra.page).not.toContain("Log in to Flexmls");

  await logout({ ...back, state: "kept" });
  expect(String(sandra.landedAt)).toBe(`${key.redirect_uri}?state=kept`);
  await authorize(sandra);
  expect(sandra.page).toContain("Log in to Flexmls");
  await logout({});
  expect(sandra.page).toContain("You are logged out");
});
