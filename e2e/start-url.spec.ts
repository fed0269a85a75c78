import { expect, type Response } from "@playwright/test";
import { apps } from "./support/apps";
import { agree, noticeOf, rowOf, rowsOf, signedIn, test, whoIsSignedIn } from "./support/test";

const startUrl = "/start/mlsconnect/federia";

test("with no session, Start_URL signs the person in", async ({ page }) => {
  await page.goto(startUrl);
  await agree(page, "Anna Peeters");
  await expect(page).toHaveURL(/done=signed_in/);
  await expect(rowOf(page, "Federia")).toContainText("Anna Peeters");
});

test("the button and the logo on a board's dashboard sign the person in", async ({
  page,
  portals,
}) => {
  for (const name of ["Access the dashboard", "Portico"]) {
    await page.goto(`${portals.url}/app.mls-connect.com/dashboard/federia`);
    const person = page.getByRole("button", { name: "Anna Peeters" });
    if (await person.isVisible()) await person.click();
    await page.getByRole("link", { name, exact: true }).click();
    const consent = page.getByRole("button", { name: "Authorize", exact: true });
    await consent.or(page.getByRole("heading", { name: "Your portals" })).waitFor();
    if (await consent.isVisible()) await consent.click();
    await expect(page.getByRole("main").getByText("Signed in as Anna Peeters")).toBeVisible();
  }
});

test("with the same person's session, Start_URL renews it", async ({ page, context }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const before = await sessionCookie(context);
  await page.goto(startUrl);
  await expect(page).toHaveURL(/done=signed_in/);
  expect(await sessionCookie(context)).not.toBe(before);
  const name = `portico-${apps.main.port}.session-token`;
  await context.addCookies([{ name, value: before, url: apps.main.url }]);
  expect(await whoIsSignedIn(context)).toBeNull();
});

test("with another person's session, Start_URL switches to MLSConnect's member, links nothing and says so", async ({
  page,
}) => {
  await signedIn(page, "MLS Côte d'Azur", "Claire Martin");
  await page.goto(startUrl);
  await agree(page, "Bram Declercq");
  await expect(noticeOf(page)).toContainText("You are signed in as another person now");
  await expect(page.getByRole("main").getByText("Signed in as Bram Declercq")).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(1);

  await page.goto("/start/mlsconnect/cote-dazur");
  await expect(page.getByRole("main").getByText("Signed in as Claire Martin")).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(1);
});

test("after Deny, Start_URL leaves the old session as it was", async ({ page, context }) => {
  await signedIn(page, "MLS Côte d'Azur", "Claire Martin");
  await page.goto(startUrl);
  await page.getByRole("button", { name: "Anna Peeters" }).click();
  await page.getByRole("button", { name: "Deny" }).click();
  await expect(page).toHaveURL(/\/dashboard\?problem=access_denied/);
  await expect(page.getByRole("main").getByText("Signed in as Claire Martin")).toBeVisible();
  expect(await whoIsSignedIn(context)).toMatchObject({ name: "Claire Martin" });

  await page.getByRole("button", { name: "Try Federia again" }).click(); // to sign in, not to link
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await expect(page.getByRole("main").getByText("Signed in as Anna Peeters")).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(1);
});

test("after a fault, Start_URL leaves the old session as it was", async ({ page, portals }) => {
  await signedIn(page, "MLS Côte d'Azur", "Claire Martin");
  await portals.fault({ at: "token", kind: "error-500" });
  await page.goto(startUrl);
  await agree(page, "Anna Peeters");
  await expect(noticeOf(page)).toContainText("Federia is having trouble");
  await expect(page.getByRole("main").getByText("Signed in as Claire Martin")).toBeVisible();
});

test("an unknown board gets 404 and a page that says so", async ({
  page,
  expectedConsoleErrors,
}) => {
  expectedConsoleErrors.push(/404/);
  for (const path of [
    "/start/mlsconnect/nowhere",
    "/start/unknown/federia",
    "/start/mlsconnect/__proto__",
  ]) {
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(404);
    await expect(page.getByRole("heading", { name: "There is no such board here" })).toBeVisible();
    expect(await answer?.headerValue("set-cookie")).toBeNull();
  }
  await page.getByRole("link", { name: "Go to the sign-in page" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
});

test("prefetch, HEAD, frames and images start no flow", async ({ request }) => {
  const requests: { method?: string; headers: Record<string, string> }[] = [
    { headers: { "sec-purpose": "prefetch;prerender" } },
    { headers: { purpose: "prefetch" } },
    { headers: { "sec-fetch-dest": "iframe", "sec-fetch-mode": "navigate" } },
    { headers: { "sec-fetch-dest": "image", "sec-fetch-mode": "no-cors" } },
    { headers: { "sec-fetch-dest": "empty", "sec-fetch-mode": "cors" } },
    { method: "HEAD", headers: {} },
    { method: "POST", headers: {} },
  ];
  for (const each of requests) {
    const answer = await request.fetch(startUrl, { ...each, maxRedirects: 0 });
    expect([403, 405]).toContain(answer.status());
    expect(answer.headers()).not.toHaveProperty("set-cookie");
    expect(answer.headers()).not.toHaveProperty("location");
  }
});

for (const javaScriptEnabled of [true, false]) {
  test.describe(`in a frame on another site, ${javaScriptEnabled ? "with" : "without"} scripts`, () => {
    test.use({ javaScriptEnabled, expectedConsoleErrors: [/403/] });

    for (const [link, sandbox] of [
      ["Continue in this window", ""],
      ["Or open a new window", ""],
      ["Or open a new window", 'sandbox="allow-popups allow-popups-to-escape-sandbox"'],
    ] as const) {
      test(`Start_URL explains itself, and "${link}" signs the person in outside${sandbox && ", also from a sandbox"}`, async ({
        page,
        context,
        elsewhere,
      }) => {
        const portal = elsewhere(`<iframe ${sandbox} src="${apps.main.url}${startUrl}"></iframe>`);
        const shown = page.waitForResponse(`${apps.main.url}${startUrl}`);
        await page.goto(portal);
        const answer = await shown;
        expect(answer.headers()).not.toHaveProperty("x-frame-options");
        expect(answer.headers()).not.toHaveProperty("set-cookie");
        const policy = answer.headers()["content-security-policy"];
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain("frame-ancestors *");

        const frame = page.frameLocator("iframe");
        await expect(
          frame.getByRole("heading", { name: "Please open this page by itself" }),
        ).toBeVisible();
        const isNew = link.includes("new");
        const opened = isNew ? context.waitForEvent("page") : Promise.resolve(page);
        await frame.getByRole("link", { name: link }).click();
        const outside = await opened;
        await agree(outside, "Anna Peeters");
        await expect(outside).toHaveURL(/done=signed_in/);
        if (isNew) await expect(page).toHaveURL(portal);
      });
    }
  });
}

test("in a frame, an unknown board is explained outside", async ({
  page,
  elsewhere,
  expectedConsoleErrors,
}) => {
  expectedConsoleErrors.push(/40[34]/);
  await page.goto(elsewhere(`<iframe src="${apps.main.url}/start/mlsconnect/nowhere"></iframe>`));
  await page.frameLocator("iframe").getByRole("link", { name: "Continue in this window" }).click();
  await expect(page.getByRole("heading", { name: "There is no such board here" })).toBeVisible();
});

test("only the explanation may be shown in a frame", async ({ request }) => {
  const answers = await Promise.all([
    request.get("/sign-in", { headers: { "sec-fetch-dest": "iframe" } }),
    request.get("/start/mlsconnect/nowhere"),
    request.get(startUrl, { maxRedirects: 0 }),
    request.get("/api/auth/session", { headers: { "sec-fetch-dest": "iframe" } }),
  ]);
  for (const answer of answers) {
    expect(answer.headers()["content-security-policy"]).toContain("frame-ancestors 'none'");
  }
});

test("Start_URL as a frame or an image on another site starts no flow", async ({
  page,
  context,
  elsewhere,
  expectedConsoleErrors,
  portals,
}) => {
  expectedConsoleErrors.push(/./); // the browser reports each refusal
  const answers: Promise<Response | null>[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith(startUrl)) answers.push(request.response());
  });
  const evil = `<iframe src="${apps.main.url}${startUrl}"></iframe><img src="${apps.main.url}${startUrl}">
    <link rel="prefetch" href="${apps.main.url}${startUrl}">`;
  await page.goto(elsewhere(evil), { waitUntil: "networkidle" });
  const statuses = (await Promise.all(answers)).map((answer) => answer?.status());
  expect(statuses.toSorted()).toEqual([403, undefined, undefined]); // of the other two no answer is handed on
  expect((await context.cookies()).filter(({ name }) => name.includes("flow"))).toEqual([]);
  expect((await portals.counters()).authorize).toBe(0);
});

test("Start_URL ignores its query, and each request starts a flow of its own", async ({
  request,
}) => {
  const query =
    "?redirect_uri=https://evil.example&callbackUrl=https://evil.example&state=x&scope=admin&next=//evil.example&client_id=evil";
  const addresses = await Promise.all(
    [startUrl, startUrl + query].map(async (path) => {
      const answer = await request.get(path, { maxRedirects: 0 });
      expect(answer.status()).toBe(302);
      expect(answer.headers()["cache-control"]).toBe("no-store");
      return new URL(answer.headers().location ?? "");
    }),
  );
  for (const { searchParams } of addresses) {
    expect([...searchParams.keys()].toSorted()).toEqual([
      "client_id",
      "redirect_uri",
      "response_type",
      "state",
    ]);
    expect(searchParams.get("client_id")).toBe("simulated-federia");
    expect(searchParams.get("redirect_uri")).toBe(
      `${apps.main.url}/api/auth/callback/mlsconnect-federia`,
    );
  }
  expect(new Set(addresses.map(({ searchParams }) => searchParams.get("state"))).size).toBe(2);
});

async function sessionCookie(context: { cookies(): Promise<{ name: string; value: string }[]> }) {
  return (await context.cookies()).find(({ name }) => name.endsWith("session-token"))?.value ?? "";
}
