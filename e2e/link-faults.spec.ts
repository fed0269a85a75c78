import { expect, type Page } from "@playwright/test";
import {
  finishFlow,
  type LinkFlow,
  linkAttempt,
  type Titles,
  titlesAfterFaults,
  tokenRequests,
} from "./support/flow-endings";
import {
  leaveFor,
  noticeOf,
  reconnect,
  rowOf,
  rowsOf,
  signedIn,
  stoppedAtCallback,
  test,
} from "./support/test";

/** Faults during a link, portal by portal, and the sentence that the page shows for each. */

test.use({ javaScriptEnabled: false }); // the page needs no script for its notice, and is faster without

const otodom: LinkFlow = { portal: "Otodom", person: "Olga Nowak" };
const immoScout24: LinkFlow = { portal: "ImmoScout24", person: "Greta Schulz" };
const sparkPrivate: LinkFlow = { portal: "Flexmls Private", person: "Sam Broker" };
const sparkVow: LinkFlow = { portal: "Flexmls VOW", person: "Vera Visitor" };

const tables: { name: string; flow: LinkFlow; titles: Titles }[] = [
  {
    name: "OLX's token endpoint",
    flow: otodom,
    titles: {
      "token invalid-api-key": "Otodom does not recognise Portico",
      "token invalid-client": "Otodom does not recognise Portico",
      "token invalid-grant": "The permission ended too early",
      "token forbidden": "Otodom said no to Portico",
      "token html-502": "Otodom is having trouble",
      "token reset-after": "We could not reach Otodom",
      "token rate-limited": "Otodom asks us to slow down",
      "token empty-200": "Otodom sent an empty answer",
      "token not-json": "We could not read what Otodom sent",
      "token redirect-302": "Otodom seems to have moved",
      "token oversized": "Otodom sent far too much",
      "token missing-access-token": "Otodom left something out",
    },
  },
  {
    name: "ImmoScout24's request token",
    flow: immoScout24,
    titles: {
      "request_token unauthorized": "ImmoScout24 does not recognise Portico",
      "request_token nonce-expired": "Two clocks do not agree",
      "request_token access-denied": "ImmoScout24 said no to Portico",
      "request_token unavailable": "ImmoScout24 is having trouble",
      "request_token rate-limited": "ImmoScout24 asks us to slow down",
      "request_token html": "ImmoScout24 sent a web page instead of an answer",
      "request_token empty-200": "ImmoScout24 sent an empty answer",
      "request_token missing-secret": "ImmoScout24 left something out",
      "request_token missing-token": "ImmoScout24 left something out",
      "request_token redirect-302": "ImmoScout24 seems to have moved",
      "request_token reset-before": "We could not reach ImmoScout24",
    },
  },
  {
    name: "ImmoScout24's access token",
    flow: immoScout24,
    titles: {
      "access_token unauthorized": "The permission ended too early",
      "access_token nonce-expired": "Two clocks do not agree",
      "access_token access-denied": "ImmoScout24 said no to Portico",
      "access_token error-500": "ImmoScout24 is having trouble",
      "access_token missing-token": "ImmoScout24 left something out",
      "access_token missing-secret": "ImmoScout24 left something out",
      "access_token oversized": "ImmoScout24 sent far too much",
      "access_token reset-after": "We could not reach ImmoScout24",
      "api unauthorized": "The permission was not accepted",
      "api not-found": "ImmoScout24 said no to Portico",
      "api error-body-200": "ImmoScout24 left something out",
      "api html": "ImmoScout24 sent a web page instead of an answer",
    },
  },
  {
    name: "ImmoScout24's callback",
    flow: immoScout24,
    titles: {
      "callback other-state": "ImmoScout24 said no to Portico",
      "callback altered-state": "Nothing was linked", // "rejected" means no, even with a verifier
      "callback duplicate-state": "The answer was not complete",
      "callback foreign-token": "This was not started in this browser",
      "callback no-token": "We cannot tell what this answer belongs to",
      "callback duplicate-token": "The answer was not complete",
      "callback no-verifier": "The answer was not complete",
      "callback altered-verifier": "The permission ended too early",
    },
  },
  {
    name: "Spark's OAuth 2",
    flow: sparkPrivate,
    titles: {
      "callback redirect_uri_mismatch": "Flexmls Private does not know the way back",
      "callback deny-without-state": "We cannot tell what this answer belongs to",
      "callback server_error": "Flexmls Private is having trouble",
      "token invalid-client": "Flexmls Private does not recognise Portico",
      "token invalid-grant": "The permission ended too early",
      "me code-1000": "The permission was not accepted",
      "me code-1010": "Flexmls Private does not recognise Portico",
      "me code-1013": "Flexmls Private does not recognise Portico",
      "me code-1015": "Flexmls Private said no to Portico",
      "me code-1019": "Flexmls Private does not recognise Portico",
      "me code-1020-oauth": "The permission had already ended",
      "me code-1023": "Flexmls Private is having trouble",
      "me code-1550": "Flexmls Private asks us to slow down",
      "me error-body-200": "Flexmls Private left something out",
      "me no-results": "Flexmls Private left something out",
      "me numeric-id": "Flexmls Private left something out",
    },
  },
  {
    name: "Spark's OAuth 2 for consumers",
    flow: sparkVow,
    titles: {
      "callback redirect_uri_mismatch": "Flexmls VOW does not know the way back",
      "me code-1000": "The permission was not accepted",
      "me code-1013": "Flexmls VOW does not recognise Portico",
      "me no-id": "Flexmls VOW left something out",
    },
  },
];

for (const { name, flow, titles } of tables) {
  test(`${name}: every fault has its sentence and links nothing, and then the link works`, async ({
    page,
    portals,
  }) => {
    test.slow();
    const next = linkAttempt(page, flow);
    const another = () => signedInAnew(page);
    expect(await titlesAfterFaults(Object.keys(titles), portals, next, another)).toEqual(titles);
    await expect(rowsOf(page)).toHaveCount(1);
    expect(await next()).toBe("Linked");
    await expect(rowsOf(page)).toHaveCount(2);
  });
}

/** Signs in as a user who is new to the app, with nothing linked or counted. */
async function signedInAnew(page: Page) {
  await page.context().clearCookies();
  await signedIn(page, "Federia", "Anna Peeters");
  await page.goto("/dashboard/account/delete");
  await page.getByRole("button", { name: /^Delete/ }).click();
  await page.waitForURL(/\/sign-in/);
  await page.context().clearCookies();
  await signedIn(page, "Federia", "Anna Peeters");
}

test("the app stops waiting for a portal that does not answer, and the page says so", async ({
  page,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await portals.fault({ at: "token", kind: "hang" });
  expect(await linkAttempt(page, otodom)()).toBe("Otodom took too long to answer");
  await expect(noticeOf(page)).toContainText(/Reference [a-z0-9]{8}/);
});

for (const { flow, faults } of [
  {
    flow: otodom,
    faults: ["token extra-fields", "token no-refresh-token", "token no-expires-in"],
  },
  {
    flow: immoScout24,
    faults: ["request_token extra-fields", "access_token extra-fields", "callback extra-params"],
  },
  {
    flow: sparkPrivate,
    faults: ["callback extra-params", "token extra-fields", "me null-fields", "me nul-characters"],
  },
]) {
  test(`${flow.portal}: unusual answers still make a link`, async ({ page, portals }) => {
    await signedIn(page, "Federia", "Anna Peeters");
    const titles = await titlesAfterFaults(faults, portals, () => titleOfRenewal(page, flow));
    expect(Object.values(titles)).toEqual([
      "Linked",
      ...faults.slice(1).map(() => "Connected again"),
    ]);
  });
}

/** A callback that all sites share does not say which of them has answered, unless the answer carries a state. */
for (const [refusal, name] of [
  ["none", "OLX Group"],
  ["state", "Otodom"],
  ["error", "Otodom"],
] as const) {
  test(`OLX: a refusal that comes back as "${refusal}" is a refusal, and the page names ${name}`, async ({
    page,
    portals,
  }) => {
    await signedIn(page, "Federia", "Anna Peeters");
    await portals.options("olx", { refusal });
    await leaveFor(page, "Otodom");
    await page.getByRole("button", { name: "Olga Nowak", exact: true }).click();
    await page.getByRole("button", { name: "Deny", exact: true }).click();
    await expect(noticeOf(page).getByRole("heading")).toHaveText("Nothing was linked");
    await expect(noticeOf(page)).toContainText(`Permission was not given at ${name}.`);
    await expect(rowsOf(page)).toHaveCount(1);
    expect(await tokenRequests(portals)).toBe(1); // Federia's
  });
}

test("OLX: a code that expired links nothing, and the next try works", async ({
  page,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await leaveFor(page, "Otodom");
  await page.getByRole("button", { name: "Olga Nowak", exact: true }).click();
  const callback = await stoppedAtCallback(page);
  await portals.expireCodes();
  await page.goto(callback);
  expect(await finishFlow(page, "Olga Nowak")).toBe("The permission ended too early");
  expect(await linkAttempt(page, otodom)()).toBe("Linked");
});

test("ImmoScout24: only oauth_callback_confirmed=false is an error, a missing one is not", async ({
  page,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await portals.options("immoscout24", { callbackConfirmed: "false" });
  expect(await linkAttempt(page, immoScout24)()).toBe("ImmoScout24 left something out");
  await portals.options("immoscout24", { callbackConfirmed: "absent" });
  expect(await linkAttempt(page, immoScout24)()).toBe("Linked");
});

test("ImmoScout24: a refusal links nothing, even with a verifier", async ({ page, portals }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await portals.options("immoscout24", { verifierOnRejection: true });
  await leaveFor(page, "ImmoScout24");
  await page.getByRole("button", { name: "Greta Schulz", exact: true }).click();
  await page.getByRole("button", { name: "Deny", exact: true }).click();
  await expect(noticeOf(page).getByRole("heading")).toHaveText("Nothing was linked");
  expect((await portals.counters()).access_token).toBe(0);
});

for (const [person, shows] of [
  ["Uno Einzel", "1 listing"],
  ["Emil Leer", "0 listings"],
  ["Viola Vielhaus", "145 listings"],
  ["Olaf Ohnename", "3 listings"], // the portal sends no id for him
] as const) {
  test(`ImmoScout24: ${person} is linked, with ${shows}`, async ({ page }) => {
    await signedIn(page, "Federia", "Anna Peeters");
    expect(await linkAttempt(page, { ...immoScout24, person })()).toBe("Linked");
    await expect(rowOf(page, "ImmoScout24")).toContainText(shows);
  });
}

test("Spark's error about a wrong address is shown even without a flow", async ({ page }) => {
  await page.goto("/api/auth/callback/spark-oauth2-idx?error=redirect_uri_mismatch");
  await expect(noticeOf(page)).toContainText("Flexmls IDX does not know the way back");
});

/** Links, or reconnects what is linked already. */
async function titleOfRenewal(page: Page, flow: LinkFlow) {
  await page.goto("/dashboard");
  if (!(await rowOf(page, flow.portal).isVisible())) return linkAttempt(page, flow)();
  await reconnect(page, flow.portal);
  return finishFlow(page, flow.person);
}
