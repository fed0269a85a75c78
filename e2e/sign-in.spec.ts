import { expect } from "@playwright/test";
import { apps } from "./support/apps";
import {
  agree,
  chooseBoard,
  leaveFor,
  noticeOf,
  openLink,
  rowOf,
  rowsOf,
  signIn,
  test,
  whoIsSignedIn,
} from "./support/test";

for (const [board, person, agency] of [
  ["Federia", "Anna Peeters", "Immo Peeters"],
  ["MLS Côte d'Azur", "Claire Martin", "Riviera Immo"],
  ["MLS Caraïbes", "Josiane Célestin", "Madinina Immobilier"],
  ["Federia (staging)", "Test Tester", "Test Agency"],
] as const) {
  test(`an agent of ${board} signs in and sees the link on the dashboard`, async ({ page }) => {
    await signIn(page, board, person);

    await expect(page.getByRole("heading", { level: 1, name: "Your portals" })).toBeVisible();
    const link = rowOf(page, board);
    await expect(link).toContainText("MLSConnect");
    await expect(link).toContainText(person);
    await expect(link).toContainText(agency);
    await expect(link).toContainText("Works");
    await expect(page.getByRole("main").getByText(`Signed in as ${person}`)).toBeVisible();
    const times = (await openLink(page, board)).getByRole("region", { name: "Times" });
    await expect(times).toContainText(/Linked\d+ \w+ \d{4}/);
  });
}

test("a staging board is marked as one, on the form and on the dashboard", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.locator("optgroup[label=Production] option")).toHaveCount(3);
  await expect(page.locator("optgroup[label=Staging] option")).toHaveText(["Federia (staging)"]);
  await signIn(page, "Federia (staging)", "Test Tester");
  await expect(
    rowOf(page, "Federia (staging)").getByText("Staging", { exact: true }),
  ).toBeVisible();
});

test("the same e-mail address at two boards means two users, and both can come back", async ({
  page,
}) => {
  for (const board of ["Federia", "MLS Côte d'Azur", "Federia"]) {
    await page.context().clearCookies();
    await chooseBoard(page, board);
    await page.getByRole("button", { name: "Anna Peeters" }).click();
    const consent = page.getByRole("button", { name: "Authorize", exact: true });
    if (await consent.isVisible()) await consent.click();
    await expect(rowsOf(page)).toHaveCount(1);
    await expect(rowOf(page, board)).toContainText("Anna Peeters");
  }
});

test("a member of whom the portal knows only the id and the name can sign in", async ({ page }) => {
  await signIn(page, "Federia", "Nina Vide");
  await expect(rowOf(page, "Federia")).toContainText("Nina Vide");
});

test("the member's data is renewed at the next sign-in", async ({ page, portals }) => {
  await signIn(page, "Federia", "Bram Declercq");
  await expect(rowOf(page, "Federia")).toContainText("Declercq & Zonen");
  await portals.fault({ at: "me", kind: "null-fields" });
  await page.goto("/start/mlsconnect/federia");
  await expect(page).toHaveURL(/done=signed_in/);
  await expect(rowOf(page, "Federia")).not.toContainText("Declercq & Zonen");
});

test("the last board is chosen at the next sign-in", async ({ page }) => {
  await signIn(page, "MLS Caraïbes", "Josiane Célestin");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByLabel("Board", { exact: true })).toHaveValue("mlsconnect-caraibes");
});

test("signing out ends the session, also for a copy of its cookie", async ({ page, context }) => {
  await signIn(page, "Federia", "Anna Peeters");
  const kept = await context.cookies();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(noticeOf(page)).toContainText("You are signed out");
  await page.goto("/dashboard");
  await expect(page).toHaveURL(/\/sign-in$/);
  await context.addCookies(kept);
  await page.goto("/dashboard");
  await expect(page).toHaveURL(/\/sign-in$/);
  expect(await whoIsSignedIn(context)).toBeNull();
});

test("two apps on one localhost do not sign each other out", async ({ page, context }) => {
  await signIn(page, "Federia", "Anna Peeters");
  await signIn(page, "MLS Caraïbes", "Josiane Célestin", apps.shared);
  expect(await whoIsSignedIn(context)).toMatchObject({ name: "Anna Peeters" });
  expect(await whoIsSignedIn(context, apps.shared)).toMatchObject({ name: "Josiane Célestin" });
});

test("the front page leads to the sign-in, or to the dashboard with a session", async ({
  page,
}) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Sign in" }).first().click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await signIn(page, "Federia", "Anna Peeters");
  for (const path of ["/", "/sign-in"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/dashboard$/);
  }
});

test("sign-in works with the keyboard alone", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("Board", { exact: true }).focus();
  await page.keyboard.type("MLS Cara");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Sign in with MLSConnect" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Log in to MLS Caraïbes" })).toBeVisible();
});

test("one shared callback works for each board, with PKCE and a scope", async ({
  page,
  portals,
}) => {
  await signIn(page, "Federia", "Anna Peeters", apps.shared);
  await page.goto(`${apps.shared.url}/start/mlsconnect/caraibes`);
  await agree(page, "Josiane Célestin");
  await expect(page).toHaveURL(/done=switched/);
  const exchanges = (await portals.requests()).filter(({ path }) => path.endsWith("/oauth/token"));
  expect(exchanges.map(({ body }) => body?.fields?.redirect_uri)).toEqual(
    Array(2).fill(`${apps.shared.url}/users/auth/mlsconnect/callback`),
  );
  expect(exchanges[0]?.body?.fields).toHaveProperty("code_verifier");
});

test("the requests to a board are exactly the documented ones", async ({ page, portals }) => {
  await signIn(page, "Federia", "Anna Peeters");
  const requests = await portals.requests();
  const [authorize] = requests.filter(({ path }) => path.endsWith("/oauth/authorize"));
  expect(authorize?.query.toSorted()).toEqual([
    "client_id",
    "redirect_uri",
    "response_type",
    "state",
  ]);

  const [token] = requests.filter(({ path }) => path.endsWith("/oauth/token"));
  expect(token).toMatchObject({ method: "POST", authorization: false, query: [] });
  expect(token?.body).toEqual({
    contentType: "application/json",
    fields: {
      client_id: "simulated-federia",
      client_secret: "simulated-secret-federia",
      code: expect.any(String),
      grant_type: "authorization_code",
      redirect_uri: `${apps.main.url}/api/auth/callback/mlsconnect-federia`,
    },
  });

  const [me] = requests.filter(({ path }) => path.endsWith("/api/oauth/me"));
  expect(me).toMatchObject({ method: "GET", authorization: true, query: [] });
  expect([token, me].map((each) => each?.userAgent)).toEqual(["Portico/0.1.0", "Portico/0.1.0"]);
});

test("more than a dozen boards can be searched", async ({ page }) => {
  await page.goto(`${apps.shared.url}/sign-in`);
  await page.getByLabel("Find your board").fill("azur");
  await expect(page.getByText("Matches: 1 of 44")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Log in to MLS Côte d'Azur" })).toBeVisible();
});

test("a deployment that is opened from MLSConnect only says so, and Start_URL signs in", async ({
  page,
}) => {
  await page.goto(`${apps.hidden.url}/sign-in`);
  await expect(
    page.getByText("Open your MLSConnect dashboard and choose Portico there."),
  ).toBeVisible();
  await expect(page.getByRole("button", { name: /Sign in with/ })).toHaveCount(0);
  await page.goto(`${apps.hidden.url}/start/mlsconnect/federia`);
  await agree(page, "Anna Peeters");
  await expect(rowOf(page, "Federia")).toContainText("Anna Peeters");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("an agent signs in, sees the link, links another board and signs out", async ({ page }) => {
    await signIn(page, "Federia", "Anna Peeters");
    await expect(rowOf(page, "Federia")).toContainText("Anna Peeters");
    await leaveFor(page, "MLS Caraïbes");
    await agree(page, "Josiane Célestin");
    await expect(rowsOf(page)).toHaveCount(2);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  });

  test("a long list of boards is a select element", async ({ page }) => {
    await page.goto(`${apps.shared.url}/sign-in`);
    await expect(page.getByLabel("Find your board")).toBeHidden();
    const options = page.getByLabel("Board", { exact: true }).getByRole("option");
    await expect(options.first()).toHaveText("Choose your board");
    await expect(options).toHaveCount(1 + 44);
  });
});
