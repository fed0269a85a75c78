import { expect, test } from "vitest";
import {
  api,
  apiHeaders,
  appOrigin,
  authorizeOAuth2,
  grant,
  grantForCode,
  key,
  oauth2CodeFor,
  roles,
} from "../../portals/spark/testing";
import { openSimulator, postJson } from "../../testing";

/** OAuth 2 in its draft 10: the differences from the RFC, and each refusal once. */

const invalidGrant = {
  error: "invalid_grant",
  error_description: "The access grant you supplied is invalid",
};

const { redirect_uri: _redirectUri, ...privateKey } = roles.private;

test("an agent consents once, and the app gets tokens without a token type", async () => {
  const { origin, visitor } = await openSimulator();
  const sandra = visitor();
  const code = await oauth2CodeFor(sandra, "Sandra Key");
  expect(code).toMatch(/^[A-Za-z0-9]{25}$/);
  expect([...(sandra.landedAt?.searchParams.keys() ?? [])]).toEqual(["code"]);

  const answer = await grantForCode(origin, code);
  expect(answer.status).toBe(200);
  const tokens = await answer.json();
  expect(Object.keys(tokens)).toEqual(["access_token", "refresh_token", "expires_in"]);
  expect(tokens.expires_in).toBe(86_400);
  expect((await api(origin, "/v1/my/account", `OAuth ${tokens.access_token}`)).status).toBe(200);
  sandra.landedAt = null;
  await authorizeOAuth2(sandra);
  expect(sandra.landedAt).not.toBeNull();
});

test("a state is returned, although it is not documented", async () => {
  const { visitor } = await openSimulator();
  const sandra = visitor();
  await oauth2CodeFor(sandra, "Sandra Key", { state: "s /+&=%" });
  expect(sandra.landedAt?.searchParams.getAll("state")).toEqual(["s /+&=%"]);
});

test("after Deny the callback has access_denied", async () => {
  const { visitor } = await openSimulator();
  const sandra = await authorizeOAuth2(visitor(), { state: "kept" });
  await sandra.press("Sandra Key");
  await sandra.press("Deny");
  expect(sandra.landedAt?.search).toBe(
    "?error=access_denied&error_description=The+user+denied+access&state=kept",
  );
});

test("an unregistered address of the app gets the error, as in the draft", async () => {
  const { visitor } = await openSimulator();
  const redirect_uri = `${appOrigin}/api/auth/callback/elsewhere`;
  const sandra = await authorizeOAuth2(visitor(), { redirect_uri });
  expect(String(sandra.landedAt)).toBe(
    `${redirect_uri}?error=redirect_uri_mismatch&error_description=Parameter+redirect_uri+does+not+match+registered+URI`,
  );
});

test.each([
  ["no client", { client_id: undefined }, "Missing required parameter: client_id"],
  ["an unknown client", { client_id: "1234" }, "invalid_client"],
  ["no redirect address", { redirect_uri: undefined }, "Missing required parameter: redirect_uri"],
  [
    "an address of another site",
    { redirect_uri: "https://evil.example/" },
    "redirect_uri_mismatch",
  ],
])(
  "authorize with %s shows an error page and does not go back to the app",
  async (_what, changes, sentence) => {
    const { visitor } = await openSimulator();
    const sandra = await authorizeOAuth2(visitor(), changes);
    expect(sandra.status).toBe(400);
    expect(sandra.page).toContain(sentence);
    expect(sandra.landedAt).toBeNull();
  },
);

test.each([
  ["no response type", { response_type: undefined }, "invalid_request"],
  ["another response type", { response_type: "token" }, "unsupported_response_type"],
  [
    "an OpenID key",
    { client_id: key.client_id, redirect_uri: key.redirect_uri },
    "unauthorized_client",
  ],
  [
    "a consumers' key at the agents' address",
    { client_id: roles.vow.client_id, redirect_uri: roles.vow.redirect_uri },
    "unauthorized_client",
  ],
])("authorize with %s goes back with an error", async (_what, changes, error) => {
  const { visitor } = await openSimulator();
  const sandra = await authorizeOAuth2(visitor(), changes);
  expect(sandra.landedAt?.searchParams.get("error")).toBe(error);
});

test.each(["/auth/vow", "/auth/vow/riviera"])("a consumer authorizes at %s", async (path) => {
  const { origin, visitor } = await openSimulator();
  const code = await oauth2CodeFor(visitor(), "Vera Visitor", {}, path);
  const { access_token } = await (await grantForCode(origin, code, roles.vow)).json();
  const contact = await api(origin, "/v1/my/contact", `OAuth ${access_token}`);
  expect(await contact.json()).toMatchObject({
    D: { Success: true, Results: [{ DisplayName: "Vera Visitor" }] },
  });
});

test("an agents' key is refused at the consumers' address", async () => {
  const { visitor } = await openSimulator();
  const { client_id, redirect_uri } = roles.private;
  const vera = await authorizeOAuth2(visitor(), { client_id, redirect_uri }, "/auth/vow");
  expect(vera.landedAt?.searchParams.get("error")).toBe("unauthorized_client");
});

test.each(["/auth/vow/nowhere", "/auth/vow/Riviera"])("%s is no agent's portal", async (path) => {
  const { visitor } = await openSimulator();
  expect((await authorizeOAuth2(visitor(), {}, path)).status).toBe(404);
});

test("an agent's login does not count for consumers", async () => {
  const { visitor } = await openSimulator();
  const sandra = visitor();
  await oauth2CodeFor(sandra, "Sandra Key");
  await authorizeOAuth2(sandra, {}, "/auth/vow");
  expect(sandra.page).toContain("Vera Visitor");
  expect(sandra.page).not.toContain("Sam Broker");
});

test("a grant request that is not JSON gets error 1035", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await oauth2CodeFor(visitor(), "Sandra Key");
  const fields = { grant_type: "authorization_code", ...roles.private, code };
  const address = `${origin}/sparkapi.com/v1/oauth2/grant`;
  const form = { method: "POST", headers: apiHeaders, body: new URLSearchParams(fields) };
  const answer = await fetch(address, form);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ D: { Success: false, Code: 1035 } });
  const broken = await postJson(address, '{"code": // no', apiHeaders);
  expect(await broken.json()).toMatchObject({ D: { Code: 1035 } });
  expect((await grant(origin, fields)).status).toBe(200);
});

test("an OpenID key is refused at the OAuth 2 grant", async () => {
  const { origin } = await openSimulator();
  const answer = await grant(origin, { grant_type: "refresh_token", ...key, refresh_token: "x" });
  expect(answer.status).toBe(403);
  expect(await answer.json()).toMatchObject({ D: { Success: false, Code: 1013 } });
});

test.each([
  ["no grant type", { grant_type: undefined }, "invalid_request"],
  ["another grant type", { grant_type: "client_credentials" }, "unsupported_grant_type"],
  ["no code", { code: undefined }, "invalid_request"],
  ["no redirect address", { redirect_uri: undefined }, "invalid_request"],
  ["an unknown code", {}, "invalid_grant"],
  ["a wrong secret", { client_secret: "guess" }, "invalid_client"],
  ["an unknown client", { client_id: "1234" }, "invalid_client"],
])("a grant request with %s is refused", async (_what, changes, error) => {
  const { origin } = await openSimulator();
  const answer = await grantForCode(origin, "no-such-code", changes);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error });
});

test("a code works once, for its own key and its own address", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await oauth2CodeFor(visitor(), "Sandra Key");
  expect(await (await grantForCode(origin, code, roles.idx)).json()).toEqual(invalidGrant);
  const elsewhere = { redirect_uri: roles.private.redirect_uri.replace(":3000", ":3100") };
  expect(await (await grantForCode(origin, code, elsewhere)).json()).toEqual(invalidGrant);
  const { access_token } = await (await grantForCode(origin, code)).json();
  expect(await (await grantForCode(origin, code)).json()).toEqual(invalidGrant);
  expect((await api(origin, "/v1/my/account", `OAuth ${access_token}`)).status).toBe(401);
});

test("a refresh gives a new pair, and the old refresh token revokes all", async () => {
  const { origin, visitor } = await openSimulator();
  const code = await oauth2CodeFor(visitor(), "Sandra Key");
  const first = await (await grantForCode(origin, code)).json();
  const refresh = (refresh_token: string) =>
    grant(origin, { grant_type: "refresh_token", ...privateKey, refresh_token });

  const second = await (await refresh(first.refresh_token)).json();
  expect(Object.keys(second)).toEqual(["access_token", "refresh_token", "expires_in"]);
  expect(await (await refresh(first.refresh_token)).json()).toEqual(invalidGrant);
  expect(await (await refresh(second.refresh_token)).json()).toEqual(invalidGrant);
  expect((await refresh("")).status).toBe(400);
});

test("a user name and a password are accepted for the private key only", async () => {
  const { origin } = await openSimulator();
  const paula = { grant_type: "password", username: "paula.password", password: "open sesame" };
  const answer = await grant(origin, { ...paula, ...privateKey });
  const tokens = await answer.json();
  expect(Object.keys(tokens)).toEqual(["access_token", "refresh_token", "expires_in"]);
  const account = await api(origin, "/v1/my/account", `OAuth ${tokens.access_token}`);
  expect(await account.json()).toMatchObject({ D: { Results: [{ Name: "Paula Password" }] } });

  const wrong = await grant(origin, { ...paula, ...privateKey, password: "guess" });
  expect(wrong.status).toBe(400);
  expect(await wrong.json()).toEqual(invalidGrant);
  const unknown = await grant(origin, { ...paula, ...privateKey, username: "max.unknown" });
  expect(await unknown.json()).toEqual(invalidGrant);
  const consumer = await grant(origin, { ...paula, ...privateKey, username: "vera.visitor" });
  expect(await consumer.json()).toEqual(invalidGrant);
  const { client_id, client_secret } = roles.idx;
  const idx = await grant(origin, { ...paula, client_id, client_secret });
  expect(await idx.json()).toMatchObject({ error: "unauthorized_client" });
  const incomplete = await grant(origin, { ...paula, ...privateKey, password: undefined });
  expect(await incomplete.json()).toMatchObject({ error: "invalid_request" });
});

test("a password in the address is refused", async () => {
  const { origin } = await openSimulator();
  const address = `${origin}/sparkapi.com/v1/oauth2/grant?password=x`;
  const answer = await postJson(address, privateKey, apiHeaders);
  expect(await answer.json()).toMatchObject({ error: "invalid_request" });
});
