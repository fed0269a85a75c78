import { expect, type Page } from "@playwright/test";
import { apps } from "./support/apps";
import { agree, noticeOf, signedIn, test, whoIsSignedIn } from "./support/test";

/** Sign-out in the app, at Spark, and of both together. */

async function signInWithSpark(page: Page) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Flexmls" }).click();
  await agree(page, "Sandra Key");
  await expect(page).toHaveURL("/dashboard?done=signed_in&connection=spark");
}

test("after a sign-out the page offers to sign out of Spark too, and then Spark asks for the login again", async ({
  page,
  context,
}) => {
  await signInWithSpark(page);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(noticeOf(page)).toContainText("You may still be logged in at Flexmls");
  expect(await whoIsSignedIn(context)).toBeNull();

  const away = page.waitForRequest((request) => request.url().includes("/openid/logout"));
  await page.getByRole("button", { name: "Sign out of Flexmls too" }).click();
  const { searchParams } = new URL((await away).url());
  expect([...searchParams.keys()]).toEqual(["client_id", "post_logout_redirect_uri", "state"]);
  const callback = `${apps.main.url}/api/auth/callback/spark`;
  expect(searchParams.get("post_logout_redirect_uri")).toBe(callback);
  await expect(page).toHaveURL("/sign-in?done=signed_out&connection=spark");
  await expect(noticeOf(page)).toContainText("You are signed out");

  await page.getByRole("button", { name: "Sign in with Flexmls" }).click();
  await expect(page.getByRole("button", { name: "Sandra Key", exact: true })).toBeVisible();
});

test("after a sign-in with MLSConnect there is no such offer", async ({ page }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(noticeOf(page)).toContainText("You are signed out");
  await expect(page.getByRole("button", { name: /^Sign out of/ })).toHaveCount(0);
});

test("a logout answer with an unknown state does not sign out", async ({ page, context }) => {
  await signInWithSpark(page);
  await page.goto("/api/auth/callback/spark?state=unknown");
  await expect(noticeOf(page)).not.toContainText("You are signed out");
  expect(await whoIsSignedIn(context)).not.toBeNull();
});

test("Spark's call ends the session of this browser, and no other one of the same person", async ({
  page,
  context,
  browser,
}) => {
  await signInWithSpark(page);
  const elsewhere = await browser.newContext({ storageState: undefined });
  const tab = await elsewhere.newPage();
  await tab.goto(`${apps.main.url}/sign-in`);
  await tab.getByRole("button", { name: "Sign in with Flexmls" }).click();
  await tab.getByRole("button", { name: "Sandra Key", exact: true }).click();
  await expect(tab).toHaveURL(/done=signed_in/);

  expect((await page.request.get("/api/logout/spark")).status()).toBe(200);
  expect(await whoIsSignedIn(context)).toBeNull();
  expect(await whoIsSignedIn(elsewhere)).not.toBeNull();
  await elsewhere.close();
});

/**
 * What a page of the portal, on another site than ours, can do with our logout address, and whether that signs out. The browser
 * lets the page see no answer of ours that is not a page itself.
 */
const calls = [
  {
    by: "an image",
    body: (address: string) => `<img src="${address}">`,
    isSeen: false,
    signsOut: false,
  },
  {
    by: "a frame",
    body: (address: string) => `<iframe src="${address}"></iframe>`,
    isSeen: true,
    signsOut: false,
  },
  {
    by: "a script",
    body: (address: string) =>
      `<script>fetch("${address}", { mode: "no-cors", credentials: "include" })</script>`,
    isSeen: false,
    signsOut: false,
  },
  {
    by: "a form that is posted",
    body: (address: string) =>
      `<form method="post" action="${address}"></form><script>document.forms[0].submit()</script>`,
    isSeen: true,
    signsOut: false,
  },
  {
    by: "a redirect of the whole page",
    body: (address: string) => `<script>location.href = "${address}"</script>`,
    isSeen: true,
    signsOut: true,
  },
];

for (const { by, body, isSeen, signsOut } of calls) {
  test(`${by} on a page of the portal that calls our logout address ${signsOut ? "signs out" : "does not sign out: the cookie does not come"}`, async ({
    page,
    context,
    elsewhere,
    expectedConsoleErrors,
  }) => {
    expectedConsoleErrors.push(/./); // the browser reports what it does not show
    await signInWithSpark(page);
    const address = `${apps.main.url}/api/logout/spark`;
    const call = page.waitForRequest(address);
    await page.goto(elsewhere(body(address)));
    const request = await call;
    expect((await request.response())?.status()).toBe(isSeen ? 200 : undefined);
    const { cookie = "" } = await request.allHeaders();
    expect(cookie.includes("session-token")).toBe(signsOut);
    await expect.poll(async () => (await whoIsSignedIn(context)) === null).toBe(signsOut);
  });
}
