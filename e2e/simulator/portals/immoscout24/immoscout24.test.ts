import { expect, test } from "vitest";
import { openImmoScout24 } from "./testing";

/** The offer API, its errors, and the control API at ImmoScout24. */

test("a user is a company without an id; the account's id is in a header", async () => {
  const { accessTokenFor, me, set } = await openImmoScout24();
  const token = await accessTokenFor("Greta Schulz");
  const answer = await me(token);
  expect(await answer.json()).toEqual({
    "offeruser.offerUser": {
      customer: [
        { contractContactDetails: { companyName: "Schulz Immobilien" }, professional: "true" },
      ],
    },
  });
  expect(answer.headers.get("l-is24-causerid")).toBe("100200301");
  expect(answer.headers.get("l-is24-apiclient")).toBe("simulated-immoscout24");
  await set({ causerId: false });
  expect((await me(token)).headers.has("l-is24-causerid")).toBe(false);
});

test("one person's account has no id at all", async () => {
  const { accessTokenFor, me } = await openImmoScout24();
  const answer = await me(await accessTokenFor("Olaf Ohnename"));
  expect(answer.status).toBe(200);
  expect(answer.headers.has("l-is24-causerid")).toBe(false);
});

test("with another variant the same name is another account", async () => {
  const { accessTokenFor, me, control } = await openImmoScout24();
  await control("POST", "/reset", { variant: "-2" });
  const answer = await me(await accessTokenFor("Greta Schulz"));
  expect(answer.headers.get("l-is24-causerid")).toBe("100200301-2");
});

test.each(["", "/"])(
  "listings are counted, and a single one is not an array (“%s”)",
  async (slash) => {
    const { accessTokenFor, listings } = await openImmoScout24();
    const listingsOf = async (person: string) => {
      const answer = await listings(await accessTokenFor(person), `${slash}?pagesize=1`);
      return (await answer.json())["realestates.realEstates"];
    };
    expect(await listingsOf("Emil Leer")).toMatchObject({
      Paging: { numberOfHits: 0, numberOfPages: 1 },
      realEstateList: { realEstateElement: [] },
    });
    expect(await listingsOf("Uno Einzel")).toMatchObject({
      Paging: { numberOfHits: 1 },
      realEstateList: { realEstateElement: { title: "Wohnung 1" } },
    });
    const { Paging } = await listingsOf("Greta Schulz");
    expect(Paging).toMatchObject({ pageNumber: 1, pageSize: 1, numberOfPages: 2, numberOfHits: 2 });
    expect(Paging.next["@xlink.href"]).toContain("pagesize=1&pagenumber=2");
  },
);

test("listings come twenty at a time, or up to a hundred", async () => {
  const { accessTokenFor, listings } = await openImmoScout24();
  const token = await accessTokenFor("Viola Vielhaus");
  const lengths = async (query: string) => {
    const body = await (await listings(token, query)).json();
    const { Paging, realEstateList } = body["realestates.realEstates"];
    return [realEstateList.realEstateElement.length, Paging.numberOfPages, "next" in Paging];
  };
  expect(await lengths("")).toEqual([20, 8, true]);
  expect(await lengths("?pagesize=100&pagenumber=2&archivedobjectsincluded=false")).toEqual([
    45,
    2,
    false,
  ]);
  expect(await lengths("?pagenumber=9")).toEqual([0, 8, false]);
});

test.each([
  "pagesize=0",
  "pagesize=101",
  "pagesize=x",
  "pagenumber=0",
  "archivedobjectsincluded=1",
])("%s is refused", async (query) => {
  const { accessTokenFor, listings } = await openImmoScout24();
  const answer = await listings(await accessTokenFor("Greta Schulz"), `?${query}`);
  expect(answer.status).toBe(412);
  expect(await answer.text()).toContain("ERROR_RESOURCE_VALIDATION");
});

test("the counts of listings have a call of their own", async () => {
  const { accessTokenFor, ask } = await openImmoScout24();
  const path = "/restapi/api/offer/v1.0/user/me/realestatecounts";
  const answer = await ask(path, { token: await accessTokenFor("Greta Schulz") });
  expect(await answer.json()).toMatchObject({
    "realestatecounts.realEstateCounts": { is24publishedRealEstatesCount: 2 },
  });
});

test("only gis and search can be called without a user", async () => {
  const { ask, accessTokenFor } = await openImmoScout24();
  const regions = "/restapi/api/gis/v1.0/country/276/region";
  expect((await ask(regions)).status).toBe(200);
  expect((await ask("/restapi/api/offer/v1.0/user/me")).status).toBe(401);
  expect((await ask(regions, { token: await accessTokenFor("Uno Einzel") })).status).toBe(401);
  const search = "/restapi/api/search/v1.0/search/region?realestatetype=ApartmentRent";
  expect((await ask(`${search}&geocodes=1276003001`)).status).toBe(200);
  expect((await ask(search)).status).toBe(412);
});

test("query and trailing slash are signed", async () => {
  const { accessTokenFor, listings, origin } = await openImmoScout24();
  const token = await accessTokenFor("Greta Schulz");
  const path = "/rest.immobilienscout24.de/restapi/api/offer/v1.0/user/me/realestate";
  let signed = "";
  const header = (authorization: string) => {
    signed = authorization;
    return "";
  };
  const replay = async (signedTarget: string, sentTarget: string) => {
    await listings(token, signedTarget, { header });
    const headers = { accept: "application/json", authorization: signed };
    return (await fetch(`${origin}${path}${sentTarget}`, { headers })).status;
  };
  expect(await replay("?pagesize=1", "?pagesize=1")).toBe(200);
  expect(await replay("?pagesize=1", "?pagesize=2")).toBe(401);
  expect(await replay("?pagesize=1", "")).toBe(401);
  expect(await replay("?pagesize=1", "/?pagesize=1")).toBe(401);
  expect(await replay("/", "/")).toBe(200);
  expect(await replay("/", "")).toBe(401);
});

test("a call is refused without a signature, with a wrong secret, and with a request token", async () => {
  const { accessTokenFor, requestToken, me, origin } = await openImmoScout24();
  const token = await accessTokenFor("Greta Schulz");
  const address = `${origin}/rest.immobilienscout24.de/restapi/api/offer/v1.0/user/me`;
  const bare = { accept: "application/json" };
  expect((await fetch(address, { headers: bare })).status).toBe(401);
  const bearer = { ...bare, authorization: `Bearer ${token.value}` };
  expect((await fetch(address, { headers: bearer })).status).toBe(401);
  expect((await me({ ...token, secret: "guess" })).status).toBe(401);
  expect((await me(await requestToken())).status).toBe(401);
  expect((await me(token)).status).toBe(200);
});

test.each(["*/*", "text/html", "application/json, */*"])("Accept %s gets 404", async (accept) => {
  const { accessTokenFor, me } = await openImmoScout24();
  const answer = await me(await accessTokenFor("Greta Schulz"), { headers: { accept } });
  expect(answer.status).toBe(404);
});

test("an access token lasts until the user removes the app, on the account page or by the control API", async () => {
  let time = Date.now();
  const { accessTokenFor, me, confirm, requestToken, control, origin } = await openImmoScout24(
    () => time,
  );
  const token = await accessTokenFor("Greta Schulz");
  time += 5 * 365 * 24 * 3_600_000;
  expect((await me(token)).status).toBe(200);
  expect(await (await control("POST", "/expire-tokens")).json()).toEqual({ expired: 0 });
  const removed = await control("POST", "/revoke", {
    portal: "immoscout24",
    person: "Greta Schulz",
  });
  expect(await removed.json()).toEqual({ revoked: 1 });
  expect((await me(token)).status).toBe(401);

  const unos = await accessTokenFor("Uno Einzel");
  const browser = await confirm(await requestToken());
  await browser.press("Uno Einzel");
  await browser.open("/rest.immobilienscout24.de/account");
  await browser.press("Remove Portico");
  expect((await me(unos)).status).toBe(401);
  expect(origin).toContain("localhost");
});

test("a second access token ends the first, or not", async () => {
  const { accessTokenFor, me, set } = await openImmoScout24();
  const [first, second] = [
    await accessTokenFor("Greta Schulz"),
    await accessTokenFor("Greta Schulz"),
  ];
  expect([(await me(first)).status, (await me(second)).status]).toEqual([401, 200]);
  await set({ relinkEndsEarlier: false });
  await accessTokenFor("Greta Schulz");
  expect((await me(second)).status).toBe(200);
});

test.each([
  [
    "xml",
    "application/xml",
    /^<\?xml.*<common:messages .*<messageCode>ERROR_COMMON_AUTHENTICATION_REQUIRED</s,
  ],
  ["json", "application/json", /^\{"common.messages":\[\{"message":\{"messageCode":"ERROR_COMMON/],
  ["flat", "application/json", /^\{"messageCode":"ERROR_COMMON_AUTHENTICATION_REQUIRED","message"/],
  ["text", "text/plain", /^Authentication is required for this operation\. \[ERROR MESSAGE: /],
] as const)("an error can come as %s", async (errors, contentType, body) => {
  const { me, set } = await openImmoScout24();
  await set({ errors });
  const answer = await me({ value: "x", secret: "x" });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("content-type")).toContain(contentType);
  expect(await answer.text()).toMatch(body);
});

test("by default an error is JSON if the request accepts it, and XML otherwise", async () => {
  const { me, askForRequestToken } = await openImmoScout24();
  const unknown = { value: "x", secret: "x" };
  expect((await me(unknown)).headers.get("content-type")).toContain("application/json");
  const headers = { accept: "text/plain" };
  const answer = await askForRequestToken({ headers, oauth: { oauth_callback: "oob" } });
  expect(answer.headers.get("content-type")).toContain("application/xml");
});

test("every secret is listed", async () => {
  const { authorized, askForAccessToken, control } = await openImmoScout24();
  const { token, verifier } = await authorized("Greta Schulz");
  const granted = new URLSearchParams(await (await askForAccessToken(token, verifier)).text());
  expect(await (await control("GET", "/tokens")).json()).toMatchObject({
    accessTokens: [granted.get("oauth_token")],
    tokenSecrets: [token.secret, granted.get("oauth_token_secret")],
    verifiers: [verifier],
  });
});

test.each([
  ["unauthorized", 401, /ERROR_COMMON_AUTHENTICATION_REQUIRED/],
  ["nonce-expired", 401, /ERROR_COMMON_AUTHENTICATION_OAUTH_NONCE_EXPIRED/],
  ["access-denied", 403, /ERROR_COMMON_ACCESS_DENIED/],
  ["not-found", 404, /ERROR_COMMON_RESOURCE_NOT_FOUND/],
  ["unavailable", 503, /ERROR_COMMON_SERVICE_UNAVAILABLE/],
  ["rate-limited", 429, /ERROR_COMMON_TOO_MANY_REQUESTS/],
  ["error-500", 500, /^<h1>/],
])("%s comes from every endpoint", async (kind, status, body) => {
  const {
    askForRequestToken,
    askForAccessToken,
    authorized,
    accessTokenFor,
    me,
    listings,
    control,
  } = await openImmoScout24();
  const { token, verifier } = await authorized("Greta Schulz");
  const accessToken = await accessTokenFor("Uno Einzel");
  const calls = {
    request_token: () => askForRequestToken(),
    access_token: () => askForAccessToken(token, verifier),
    me: () => me(accessToken),
    api: () => listings(accessToken),
  };
  for (const [at, ask] of Object.entries(calls)) {
    await control("PUT", "/faults", { at, kind, times: 1 });
    const answer = await ask();
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(body);
    expect((await ask()).status).toBe(200);
  }
});

test("an answer to too many requests has the rate-limit headers", async () => {
  const { askForRequestToken, control } = await openImmoScout24();
  await control("PUT", "/faults", { at: "request_token", kind: "rate-limited" });
  const { headers } = await askForRequestToken();
  expect(headers.get("retry-after")).toBe("30");
  expect(headers.get("x-ratelimit-limit")).toBe("2000");
  expect(headers.get("x-ratelimit-remaining")).toBe("0");
});

test.each([
  ["missing-token", /^oauth_token_secret=/],
  ["missing-secret", /^oauth_token=[^&]*$/],
  ["duplicate-token", /&oauth_token=another$/],
  ["extra-fields", /&example=value$/],
  ["oversized", /&padding=x{5000000}$/],
  ["json", /^\{"oauth_token":/],
  ["html-200", /^<h1>/],
  ["empty-200", /^$/],
])("%s comes with status 200, and the request token is spent", async (kind, body) => {
  const { authorized, askForAccessToken, control } = await openImmoScout24();
  const { token, verifier } = await authorized("Greta Schulz");
  await control("PUT", "/faults", { at: "access_token", kind, times: 1 });
  const answer = await askForAccessToken(token, verifier);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toMatch(body);
  expect((await askForAccessToken(token, verifier)).status).toBe(401);
});

test.each([
  ["other-state", { state: ["error"] }],
  ["no-state", { state: [] }],
  ["altered-state", { state: ["rejected"] }],
  ["duplicate-state", { state: ["authorized", "rejected"] }],
  ["no-verifier", { oauth_verifier: [] }],
  ["altered-verifier", { oauth_verifier: [expect.stringMatching(/^[AB]\w{5}$/)] }],
  ["no-token", { oauth_token: [] }],
  ["foreign-token", { oauth_token: [expect.stringMatching(/^[AB][0-9a-f-]{35}$/)] }],
  ["duplicate-token", { oauth_token: [expect.any(String), "another-token"] }],
])("%s is a fault of the callback", async (kind, expected) => {
  const { requestToken, confirm, control } = await openImmoScout24();
  await control("PUT", "/faults", { at: "callback", kind });
  const browser = await confirm(await requestToken());
  await browser.press("Greta Schulz");
  await browser.press("Authorize");
  for (const [name, values] of Object.entries(expected)) {
    expect(browser.landedAt?.searchParams.getAll(name)).toEqual(values);
  }
});
