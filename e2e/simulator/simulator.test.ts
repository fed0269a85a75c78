import { expect, test } from "vitest";
import { exchange, federia, me, openSimulator, postJson, readAccessToken } from "./testing";

/** The requests of a browser to MLSConnect and to the front page. */

test("a member logs in, consents once, and the app gets a code, a token and a member", async () => {
  const { origin, visitor } = await openSimulator();
  const anna = visitor();
  const code = await anna.codeFor("Anna Peeters", { state: "s /+&=%" });

  expect(anna.landedAt?.origin + (anna.landedAt?.pathname ?? "")).toBe(federia.redirectUri);
  expect(anna.landedAt?.searchParams.getAll("state")).toEqual(["s /+&=%"]);
  const answer = await exchange(origin, code);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toContain("no-store");
  expect(answer.headers.get("pragma")).toBe("no-cache");
  const token = await answer.json();
  expect(Object.keys(token)).toEqual(["access_token", "token_type", "scope", "created_at"]);
  expect(token).toMatchObject({ token_type: "Bearer", scope: "read" });
  expect(await (await me(origin, token.access_token)).json()).toMatchObject({
    id: "ql4Jgm",
    name: "Anna Peeters",
    email: "anna.peeters@immo-peeters.example",
    additionalInformation: { agency: { id: "Xk29ba", name: "Immo Peeters" } },
  });
});

test("without a state in the request there is none in the callback", async () => {
  const { visitor } = await openSimulator();
  const anna = visitor();
  await anna.codeFor("Anna Peeters");
  expect([...(anna.landedAt?.searchParams.keys() ?? [])]).toEqual(["code"]);
});

test("a member with a live token is not asked again, but after removing the app is", async () => {
  const { origin, control, visitor } = await openSimulator();
  const anna = visitor();
  const token = await readAccessToken(await exchange(origin, await anna.codeFor("Anna Peeters")));
  anna.landedAt = null;
  await anna.authorize();
  expect(anna.landedAt).not.toBeNull();

  const removed = await control("POST", "/revoke", { person: "Anna Peeters", board: "federia" });
  expect(await removed.json()).toEqual({ revoked: 1 });
  expect((await me(origin, token)).status).toBe(401);
  await anna.authorize();
  expect(anna.page).toContain("Authorization required");
});

test("after Deny the callback has access_denied and the state", async () => {
  const { visitor } = await openSimulator();
  const bram = visitor();
  await bram.authorize({ state: "kept" });
  await bram.press("Bram Declercq");
  await bram.press("Deny");
  expect(bram.landedAt?.search).toBe(
    "?error=access_denied&error_description=The+resource+owner+or+authorization+server+denied+the+request.&state=kept",
  );
});

test.each([
  ["no client", { client_id: "" }, 400, "Missing required parameter: client_id."],
  ["an unknown client", { client_id: "1234" }, 401, "invalid_client"],
  [
    "the other environment's client",
    { client_id: "simulated-federia-staging" },
    401,
    "invalid_client",
  ],
  ["no redirect address", { redirect_uri: "" }, 400, "invalid_redirect_uri"],
  [
    "an almost registered redirect address",
    { redirect_uri: `${federia.redirectUri}/` },
    400,
    "invalid_redirect_uri",
  ],
  [
    "another board's redirect address",
    { redirect_uri: federia.redirectUri.replace("federia", "caraibes") },
    400,
    "invalid_redirect_uri",
  ],
  ["no response type", { response_type: "" }, 400, "Missing required parameter: response_type."],
  ["another response type", { response_type: "token" }, 400, "unsupported_response_type"],
  ["an unknown scope", { scope: "write" }, 400, "invalid_scope"],
  [
    "an unknown challenge method",
    { code_challenge: "abc", code_challenge_method: "S512" },
    400,
    "invalid_code_challenge_method",
  ],
] as const)(
  "authorize with %s shows an error page and does not go back to the app",
  async (_what, change, status, sentence) => {
    const { visitor } = await openSimulator();
    const anna = await visitor().authorize(change);
    expect(anna.status).toBe(status);
    expect(anna.page).toContain(sentence);
    expect(anna.landedAt).toBeNull();
  },
);

test("a parameter sent twice is refused", async () => {
  const { visitor } = await openSimulator();
  const query = `client_id=simulated-federia&response_type=code&redirect_uri=${encodeURIComponent(federia.redirectUri)}`;
  const anna = await visitor().open(
    `/app.mls-connect.com/oauth/authorize?${query}&state=a&state=b`,
  );
  expect(anna.status).toBe(400);
  expect(anna.page).toContain("invalid_request");
});

test("only GET is an authorization request", async () => {
  const { origin } = await openSimulator();
  const address = `${origin}/app.mls-connect.com/oauth/authorize?client_id=simulated-federia`;
  expect((await fetch(address, { method: "HEAD" })).status).toBe(404);
  expect((await fetch(address, { method: "POST" })).status).toBe(404);
});

test("a consent page cannot be used from another browser", async () => {
  const { visitor } = await openSimulator();
  const anna = visitor();
  await anna.authorize();
  await anna.press("Anna Peeters");
  const ticket = /name="ticket" value="(.*?)"/.exec(anna.page)?.[1] ?? "";
  const stranger = visitor();
  await stranger.open("/app.mls-connect.com/oauth/authorize", new URLSearchParams({ ticket }));
  expect(stranger.status).toBe(404);
  expect(stranger.landedAt).toBeNull();
});

test("each board has its own login, with its own people", async () => {
  const { visitor } = await openSimulator();
  const anna = visitor();
  await anna.open("/app.mls-connect.com/dashboard/federia");
  await anna.press("Anna Peeters");
  expect(anna.page).toContain("Log out of Federia");
  await anna.open("/app.mls-connect.com/dashboard/cote-dazur");
  expect(anna.page).toContain("Log in to MLS Côte d&#39;Azur");
  await anna.press("Claire Martin");
  expect(anna.page).toContain("You are logged in as <strong>Claire Martin</strong>");
});

test("the session of one board is not valid at another board or in the other environment", async () => {
  const { origin } = await openSimulator();
  const login = await fetch(`${origin}/app.mls-connect.com/login/federia`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ person: "ql4Jgm" }),
  });
  const session = /=(.*?);/.exec(login.headers.get("set-cookie") ?? "")?.[1];
  const dashboard = async (host: string, board: string) => {
    const headers = { cookie: `mlsconnect_${board}=${session}` };
    const address = `${origin}/${host}/dashboard/${board}`;
    return (await fetch(address, { headers, redirect: "manual" })).status;
  };
  expect(await dashboard("app.mls-connect.com", "federia")).toBe(200);
  expect(await dashboard("app.mls-connect.com", "cote-dazur")).toBe(302);
  expect(await dashboard("app.staging.mls-connect.test", "federia-staging")).toBe(302);
});

test("a member can log out on the consent page and go on as another member", async () => {
  const { visitor } = await openSimulator();
  const browser = visitor();
  await browser.authorize({ state: "kept" });
  await browser.press("Anna Peeters");
  await browser.press("Log out of Federia");
  await browser.press("Bram Declercq");
  expect(browser.page).toContain("Bram Declercq");
  await browser.press("Authorize");
  expect(browser.landedAt?.searchParams.get("state")).toBe("kept");
});

test("the board's dashboard links to the app's Start_URL", async () => {
  const { visitor } = await openSimulator();
  const anna = visitor();
  await anna.open("/app.mls-connect.com/dashboard/federia");
  await anna.press("Anna Peeters");
  expect(
    anna.page.match(/href="http:\/\/localhost:3000\/start\/mlsconnect\/federia"/g),
  ).toHaveLength(2);
  await anna.open("/app.mls-connect.com/dashboard/federia?app=1");
  expect(
    anna.page.match(/href="http:\/\/localhost:3100\/start\/mlsconnect\/federia"/g),
  ).toHaveLength(2);
  expect((await anna.open("/app.mls-connect.com/dashboard/federia?app=2")).status).toBe(404);
});

test("a login does not redirect to another site", async () => {
  const { visitor } = await openSimulator();
  const anna = visitor();
  await anna.open("/app.mls-connect.com/login/federia?returnTo=https://evil.example/");
  await anna.press("Anna Peeters");
  expect(anna.landedAt).toBeNull();
  expect(anna.page).toContain("Federia dashboard");
});

test("a numbered board has a client and Federia's people, in production only", async () => {
  const { origin, visitor } = await openSimulator();
  const redirectUri = "http://localhost:3000/api/auth/callback/mlsconnect-board-17";
  const client = { client_id: "simulated-board-17", redirect_uri: redirectUri };
  const code = await visitor().codeFor("Anna Peeters", client);
  const answer = await exchange(origin, code, {
    ...client,
    client_secret: "simulated-secret-board-17",
  });
  expect(answer.status).toBe(200);
  const staging = await visitor().authorize(client, "app.staging.mls-connect.test");
  expect(staging.status).toBe(401);
});

test("each host answers only its own paths", async () => {
  const { origin } = await openSimulator();
  const token = await postJson(`${origin}/app.mls-connect.com/oauth/token`, {});
  const authorize = await fetch(`${origin}/mls-connect.com/oauth/authorize`);
  const elsewhere = await fetch(`${origin}/example.com/oauth/authorize`);
  expect([token.status, authorize.status, elsewhere.status]).toEqual([404, 404, 404]);
});

test("a body of more than 64 KB is refused", async () => {
  const { origin } = await openSimulator();
  const answer = await postJson(`${origin}/mls-connect.com/oauth/token`, {
    padding: "x".repeat(65_536),
  });
  expect(answer.status).toBe(413);
});

test("every page says that it is the simulator", async () => {
  const { visitor } = await openSimulator();
  const anna = await visitor().open("/");
  expect(anna.page).toContain("<strong>Simulator</strong>");
  expect(anna.page).toContain('href="/app.mls-connect.com/dashboard/federia"');
  expect(anna.page).toContain('href="/otodom.pl/account"');
  expect(anna.page).toContain('href="/rest.sandbox-immobilienscout24.de/account"');
  expect((await anna.open("/healthz")).status).toBe(200);
});
