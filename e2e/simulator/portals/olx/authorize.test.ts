import { expect, test } from "vitest";
import { callback, openOlx } from "./testing";

/** The requests of a browser to a site. */

test.each([
  ["otodom.pl/pl/crm/authorization/", "Olga Nowak"],
  ["otodom.pl/pl/crm/authorization", "Olga Nowak"],
  ["www.otodom.pl/pl/crm/authorization/", "Olga Nowak"],
  ["imovirtual.com/pt/crm/authorization/", "João Silva"],
  ["www.imovirtual.com/pt/crm/authorization", "João Silva"],
  ["storia.ro/ro/crm/authorization/", "Ioana Popescu"],
])("at %s %s logs in, consents, and goes back with code and state", async (path, person) => {
  const { authorize } = await openOlx();
  const state = "s /+&=%č";
  const browser = await authorize({ state }, path);
  await browser.press(person);
  expect(browser.page).toContain("Authorization required");
  await browser.press("Authorize");
  expect(browser.landedAt?.origin + (browser.landedAt?.pathname ?? "")).toBe(callback);
  expect([...(browser.landedAt?.searchParams.keys() ?? [])]).toEqual(["code", "state"]);
  expect(browser.landedAt?.searchParams.get("code")).toMatch(/^[0-9a-f]{40}$/);
  expect(browser.landedAt?.searchParams.get("state")).toBe(state);
});

test("each site has its own locale and its own people", async () => {
  const { authorize } = await openOlx();
  expect((await authorize({}, "otodom.pl/ro/crm/authorization/")).status).toBe(404);
  expect((await authorize({}, "storia.ro/ro/crm/authorization/")).page).not.toContain("Kasia");
});

test.each([
  ["no client", { client_id: undefined }, "The client id supplied is invalid"],
  ["an unknown client", { client_id: "another" }, "The client id supplied is invalid"],
  ["no response type", { response_type: undefined }, "the only supported value"],
  ["another response type", { response_type: "token" }, "the only supported value"],
  ["no state", { state: undefined }, "The state parameter is required"],
  ["an empty state", { state: "" }, "The state parameter is required"],
  ["a scope", { scope: "read:adverts" }, "Unknown parameter: scope"],
  ["a challenge", { code_challenge: "abc" }, "Unknown parameter: code_challenge"],
  ["another app's address", { redirect_uri: "https://evil.example/" }, "does not match"],
  ["an address on another path", { redirect_uri: `${callback}/more` }, "does not match"],
  ["an address with a fragment", { redirect_uri: `${callback}#x` }, "does not match"],
  ["no address at all", { redirect_uri: "" }, "does not match"],
] as const)(
  "authorize with %s shows an error page and does not go back to the app",
  async (_what, change, sentence) => {
    const { authorize } = await openOlx();
    const browser = await authorize(change);
    expect(browser.status).toBe(400);
    expect(browser.page).toContain(sentence);
    expect(browser.landedAt).toBeNull();
  },
);

test("a parameter sent twice is refused", async () => {
  const { authorize } = await openOlx();
  const browser = await authorize({}, "otodom.pl/pl/crm/authorization/?state=first&state=");
  expect(browser.status).toBe(400);
  expect(browser.page).toContain("A parameter was sent more than once");
});

test("a redirect address is compared without its query, and keeps it", async () => {
  const { authorize } = await openOlx();
  const browser = await authorize({ redirect_uri: `${callback}?kept=1` });
  await browser.press("Olga Nowak");
  await browser.press("Authorize");
  expect([...(browser.landedAt?.searchParams.keys() ?? [])]).toEqual(["kept", "code", "state"]);
});

test("an app of another origin has its own application and callback", async () => {
  const { authorize } = await openOlx();
  const browser = await authorize({ client_id: "simulated-olx-2" });
  await browser.press("Olga Nowak");
  await browser.press("Authorize");
  expect(browser.landedAt?.origin).toBe("http://localhost:3100");
});

test.each([
  ["none", ""],
  ["state", "?state=kept"],
  ["error", "?error=access_denied&state=kept"],
])("after Deny the callback has the form “%s”", async (refusal, search) => {
  const { authorize, set } = await openOlx();
  await set({ refusal });
  const browser = await authorize();
  await browser.press("Olga Nowak");
  await browser.press("Deny");
  expect(browser.landedAt?.href).toBe(`${callback}${search}`);
});

test("the old paths redirect to the new ones, or get 404", async () => {
  const { origin, set } = await openOlx();
  const old = () =>
    fetch(`${origin}/www.otodom.pl/mercury/authorization/?state=a%20b`, { redirect: "manual" });
  expect((await old()).status).toBe(301);
  expect((await old()).headers.get("location")).toBe(
    "/www.otodom.pl/pl/crm/authorization/?state=a%20b",
  );
  await set({ oldPath: "gone" });
  expect((await old()).status).toBe(404);
});

test("a consent page cannot be used from another browser", async () => {
  const { authorize, origin } = await openOlx();
  const browser = await authorize();
  await browser.press("Olga Nowak");
  const ticket = /name="ticket" value="(.*?)"/.exec(browser.page)?.[1] ?? "";
  const body = new URLSearchParams({ ticket });
  const stranger = await fetch(`${origin}/otodom.pl/consent`, { method: "POST", body });
  expect(stranger.status).toBe(404);
});

test("a person can log out on the consent page and go on as another person", async () => {
  const { authorize } = await openOlx();
  const browser = await authorize();
  await browser.press("Olga Nowak");
  await browser.press("Log out of Otodom");
  await browser.press("Piotr Pusty");
  expect(browser.page).toContain("Authorization required");
  expect(browser.page).toContain("Piotr Pusty");
});

test("a login does not redirect to another site", async () => {
  const { authorize } = await openOlx();
  const browser = await authorize({}, "otodom.pl/login?returnTo=https://evil.example/&");
  await browser.press("Olga Nowak");
  expect(browser.landedAt).toBeNull();
  expect(browser.page).toContain("Your Otodom account");
});
