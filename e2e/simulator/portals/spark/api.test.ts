import { expect, test } from "vitest";
import { openSimulator, type RunningSimulator } from "../../testing";
import {
  api,
  apiHeaders,
  codeFor,
  exchange,
  grant,
  grantForCode,
  oauth2CodeFor,
  refresh,
  roles,
  userinfo,
} from "./testing";

/** The Spark API: its checks, its answers, and the special people. */

const { redirect_uri: _redirectUri, ...privateKey } = roles.private;

async function openIdTokens({ origin, visitor }: RunningSimulator, person: string) {
  return (await exchange(origin, await codeFor(visitor(), person))).json();
}

async function oauth2Tokens({ origin, visitor }: RunningSimulator, person: string) {
  return (await grantForCode(origin, await oauth2CodeFor(visitor(), person))).json();
}

test("an account has Spark's envelope, and an id that is too long for a number", async () => {
  const simulator = await openSimulator();
  const { access_token } = await openIdTokens(simulator, "Sandra Key");
  const answer = await api(simulator.origin, "/v1/my/account", `Bearer ${access_token}`);
  expect(answer.status).toBe(200);
  const { D } = await answer.json();
  expect(D).toMatchObject({
    Success: true,
    Results: [
      {
        Name: "Sandra Key",
        FirstName: "Sandra",
        LastName: "Key",
        Office: "Riviera Realty",
        UserType: "Member",
        Emails: [{ Address: "sandra.key@riviera-realty.example" }],
      },
    ],
  });
  expect(D.Results).toHaveLength(1);
  expect(D.Results[0].Id).toMatch(/^\d{26}$/);
});

test("OpenID and OAuth 2 lead to the same account, each with its own scheme", async () => {
  const simulator = await openSimulator();
  const { origin } = simulator;
  const { access_token: openId } = await openIdTokens(simulator, "Sandra Key");
  const { access_token: oauth2 } = await oauth2Tokens(simulator, "Sandra Key");
  const account = (authorization: string) => api(origin, "/v1/my/account", authorization);
  const idIn = async (answer: Response) => (await answer.json()).D.Results[0].Id;
  expect(await idIn(await account(`Bearer ${openId}`))).toBe(
    await idIn(await account(`OAuth ${oauth2}`)),
  );
  for (const refused of [`OAuth ${openId}`, `Bearer ${oauth2}`]) {
    const answer = await account(refused);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ D: { Success: false, Code: 1000 } });
  }
});

test("an OAuth 2 token is refused at UserInfo", async () => {
  const simulator = await openSimulator();
  const { access_token } = await oauth2Tokens(simulator, "Sandra Key");
  expect((await userinfo(simulator.origin, access_token)).status).toBe(401);
});

test.each([
  ["no token", {}, ""],
  ["an unknown token", { authorization: "Bearer no-such-token" }, ""],
  ["a token in the address", {}, "?access_token="],
])("%s gets 401 and code 1000", async (_what, headers, query) => {
  const simulator = await openSimulator();
  const { access_token } = await openIdTokens(simulator, "Sandra Key");
  const address = `${simulator.origin}/sparkapi.com/v1/my/account`;
  const inAddress = query && query + access_token;
  const answer = await fetch(address + inAddress, { headers: { ...apiHeaders, ...headers } });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ D: { Success: false, Code: 1000 } });
});

test.each([
  ["Bearer", "invalid_token"],
  ["OAuth", "expired_token"],
])(
  "an expired token gets 1020, and a %s challenge in single quotes with %s",
  async (scheme, error) => {
    const simulator = await openSimulator();
    const { origin, control } = simulator;
    const tokens =
      scheme === "Bearer"
        ? await openIdTokens(simulator, "Sandra Key")
        : await oauth2Tokens(simulator, "Sandra Key");
    expect(await (await control("POST", "/expire-tokens")).json()).toEqual({ expired: 1 });
    const answer = await api(origin, "/v1/my/account", `${scheme} ${tokens.access_token}`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe(
      `${scheme} realm='Flexmls API', error='${error}'`,
    );
    expect(await answer.json()).toEqual({
      D: { Success: false, Message: "Session token has expired", Code: 1020 },
    });
  },
);

test("a call needs X-SparkApi-User-Agent, unless the option is off", async () => {
  const simulator = await openSimulator();
  const { origin, control } = simulator;
  const { access_token } = await openIdTokens(simulator, "Sandra Key");
  const headers = { authorization: `Bearer ${access_token}` };
  const address = `${origin}/sparkapi.com/v1/my/account`;
  const answer = await fetch(address, { headers });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ D: { Code: 1016 } });
  const withoutName = await grant(origin, { grant_type: "password" }, {});
  expect(await withoutName.json()).toMatchObject({ D: { Code: 1016 } });

  await control("POST", "/options", { portal: "spark", requireSparkUserAgent: false });
  expect((await fetch(address, { headers })).status).toBe(200);
});

test("a call needs an Accept header", async () => {
  const simulator = await openSimulator();
  const { access_token } = await openIdTokens(simulator, "Sandra Key");
  const headers = { ...apiHeaders, authorization: `Bearer ${access_token}`, accept: "" };
  const answer = await fetch(`${simulator.origin}/sparkapi.com/v1/my/account`, { headers });
  expect(answer.status).toBe(406);
});

test("listings are counted, and at most 25 come in one answer", async () => {
  const simulator = await openSimulator();
  const { access_token } = await openIdTokens(simulator, "Sam Broker");
  const listings = async (query: string) =>
    api(simulator.origin, `/v1/my/listings${query}`, `Bearer ${access_token}`);
  expect(await (await listings("?_pagination=count")).json()).toMatchObject({
    D: { Success: true, Results: [], Pagination: { TotalRows: 31 } },
  });
  expect((await (await listings("")).json()).D.Results).toHaveLength(10);
  expect((await (await listings("?_limit=25")).json()).D.Results).toHaveLength(25);
  const tooMany = await listings("?_limit=26");
  expect(tooMany.status).toBe(400);
  expect(await tooMany.json()).toMatchObject({ D: { Success: false, Code: 1050 } });
});

test("a consumer has a contact, but no account and no listings; an agent has no contact", async () => {
  const simulator = await openSimulator();
  const { origin, visitor } = simulator;
  const code = await oauth2CodeFor(visitor(), "Vera Visitor", {}, "/auth/vow/riviera");
  const { access_token } = await (await grantForCode(origin, code, roles.vow)).json();
  const vera = (path: string) => api(origin, path, `OAuth ${access_token}`);
  const contact = await (await vera("/v1/my/contact")).json();
  expect(contact.D.Results[0]).toMatchObject({
    DisplayName: "Vera Visitor",
    PrimaryEmail: "vera@visitor.example",
  });
  for (const path of ["/v1/my/account", "/v1/my/listings"]) {
    const answer = await vera(path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ D: { Success: false, Code: 404 } });
  }
  const { access_token: sandra } = await oauth2Tokens(simulator, "Sandra Key");
  expect((await api(origin, "/v1/my/contact", `OAuth ${sandra}`)).status).toBe(404);
});

test("deleting an access token also ends the refresh token", async () => {
  const simulator = await openSimulator();
  const { origin } = simulator;
  const tokens = await oauth2Tokens(simulator, "Sandra Key");
  const authorization = `OAuth ${tokens.access_token}`;
  const path = `/v1/oauth2/token/${tokens.access_token}`;
  const { access_token: stranger } = await oauth2Tokens(simulator, "Sam Broker");
  expect((await api(origin, path, `OAuth ${stranger}`, "DELETE")).status).toBe(404);
  expect((await api(origin, path, "", "DELETE")).status).toBe(401);

  const deleted = await api(origin, path, authorization, "DELETE");
  expect(deleted.status).toBe(200);
  expect(await deleted.json()).toMatchObject({ D: { Success: true } });
  expect((await api(origin, "/v1/my/account", authorization)).status).toBe(401);
  const refreshed = await grant(origin, {
    grant_type: "refresh_token",
    ...privateKey,
    refresh_token: tokens.refresh_token,
  });
  expect(refreshed.status).toBe(400);
  expect(await refreshed.json()).toEqual({
    error: "invalid_grant",
    error_description: "The access grant you supplied is invalid",
  });
});

test("an OpenID token can be deleted in the same way", async () => {
  const simulator = await openSimulator();
  const { origin } = simulator;
  const { access_token, refresh_token } = await openIdTokens(simulator, "Sandra Key");
  const path = `/v1/oauth2/token/${access_token}`;
  expect((await api(origin, path, `Bearer ${access_token}`, "DELETE")).status).toBe(200);
  expect((await refresh(origin, refresh_token)).status).toBe(400);
});

test("the API's host has no OpenID discovery, and other metadata is redirected", async () => {
  const { origin } = await openSimulator();
  const document = "/.well-known/openid-configuration";
  const missing = await fetch(`${origin}/sparkapi.com${document}`);
  expect(missing.status).toBe(404);
  expect(await missing.json()).toEqual({
    D: { Success: false, Message: "Not Found", Code: 404 },
  });
  const elsewhere = await fetch(
    `${origin}/sparkplatform.com/.well-known/oauth-authorization-server`,
    { redirect: "manual" },
  );
  expect(elsewhere.status).toBe(302);
});

test("Olga's access token lasts three seconds, as expires_in says", async () => {
  let time = Date.now();
  const simulator = await openSimulator(() => time);
  const tokens = await openIdTokens(simulator, "Olga Brief");
  expect(tokens.expires_in).toBe(3);
  const account = () => api(simulator.origin, "/v1/my/account", `Bearer ${tokens.access_token}`);
  expect((await account()).status).toBe(200);
  time += 3001;
  expect(await (await account()).json()).toMatchObject({ D: { Code: 1020 } });
  expect((await refresh(simulator.origin, tokens.refresh_token)).status).toBe(200);
});

test("Nils has no e-mail address", async () => {
  const simulator = await openSimulator();
  const { access_token } = await openIdTokens(simulator, "Nils Nomail");
  const claims = await (await userinfo(simulator.origin, access_token)).json();
  expect(Object.keys(claims)).not.toContain("email");
  expect(Object.keys(claims)).not.toContain("email_verified");
  const account = await api(simulator.origin, "/v1/my/account", `Bearer ${access_token}`);
  expect((await account.json()).D.Results[0].Emails).toEqual([]);
});

test("Tom is known to OpenID, but not yet to the API", async () => {
  const simulator = await openSimulator();
  const { access_token } = await openIdTokens(simulator, "Tom Newcomer");
  expect((await userinfo(simulator.origin, access_token)).status).toBe(200);
  const account = await api(simulator.origin, "/v1/my/account", `Bearer ${access_token}`);
  expect(account.status).toBe(503);
  expect(await account.json()).toMatchObject({ D: { Success: false, Code: 1023 } });
});

test("a page shows Sina's tokens, each time the same", async () => {
  const { origin, control, visitor } = await openSimulator();
  const page = "/sparkplatform.com/single-session";
  const shown = async () =>
    [...(await visitor().open(page)).page.matchAll(/<code>(.*?)<\/code>/g)].map(([, code]) => code);
  const [access, refreshToken] = await shown();
  expect(await shown()).toEqual([access, refreshToken]);
  const account = await api(origin, "/v1/my/account", `OAuth ${access}`);
  expect(await account.json()).toMatchObject({ D: { Results: [{ Name: "Sina Single" }] } });
  const refreshed = await grant(origin, {
    grant_type: "refresh_token",
    ...privateKey,
    refresh_token: refreshToken,
  });
  expect(refreshed.status).toBe(200);
  const issued = await (await control("GET", "/tokens")).json();
  expect(issued.accessTokens).toContain(access);
  expect(issued.refreshTokens).toContain(refreshToken);
});

test("with another variant every person is a new one, to OpenID and to the API", async () => {
  const simulator = await openSimulator();
  const identify = async () => {
    const { access_token } = await openIdTokens(simulator, "Sandra Key");
    const { sub } = await (await userinfo(simulator.origin, access_token)).json();
    const account = await api(simulator.origin, "/v1/my/account", `Bearer ${access_token}`);
    return { sub, id: (await account.json()).D.Results[0].Id };
  };
  const before = await identify();
  await simulator.control("POST", "/reset", { variant: "two" });
  const after = await identify();
  expect(after.sub).toBe(`${before.sub}two`);
  expect(after.id).toMatch(/^\d{26}$/);
  expect(after.id).not.toBe(before.id);
});

test("the control API removes the app for one key of a person, or for all", async () => {
  const simulator = await openSimulator();
  const { control } = simulator;
  await openIdTokens(simulator, "Sandra Key");
  await oauth2Tokens(simulator, "Sandra Key");
  const remove = async (board?: string) =>
    (await control("POST", "/revoke", { portal: "spark", board, person: "Sandra Key" })).json();
  expect(await remove("spark")).toEqual({ revoked: 1 });
  expect(await remove()).toEqual({ revoked: 1 });
  expect(await remove()).toEqual({ revoked: 0 });
  const unknown = { portal: "spark", board: "nowhere", person: "Sandra Key" };
  expect((await control("POST", "/revoke", unknown)).status).toBe(400);
});

test("the account page removes all keys of the app", async () => {
  const { origin, visitor } = await openSimulator();
  const sandra = visitor();
  const code = await oauth2CodeFor(sandra, "Sandra Key");
  const { access_token } = await (await grantForCode(origin, code)).json();
  await sandra.open("/sparkplatform.com/account");
  await sandra.press("Remove Portico");
  expect((await api(origin, "/v1/my/account", `OAuth ${access_token}`)).status).toBe(401);
});
