import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { apps } from "./support/apps";
import { agree, chooseBoard, openLink, signedIn, test } from "./support/test";

/** Every page, in its different states. */
const states: [string, (page: Page) => Promise<unknown>][] = [
  ["the front page", (page) => page.goto("/")],
  ["the sign-in page", (page) => page.goto("/sign-in")],
  [
    "the sign-in page with a problem",
    (page) =>
      page.goto("/sign-in?problem=timed_out&connection=mlsconnect-federia&reference=abcdefgh"),
  ],
  [
    "the sign-in page with a problem for the administrator",
    (page) => page.goto(`${apps.shared.url}/sign-in?problem=internal&reference=abcdefgh`),
  ],
  ["the sign-in page with many boards", (page) => page.goto(`${apps.shared.url}/sign-in`)],
  ["the sign-in page without sign-in buttons", (page) => page.goto(`${apps.hidden.url}/sign-in`)],
  ["the dashboard", (page) => signedIn(page, "Federia", "Anna Peeters")],
  [
    "the page of a link",
    async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await openLink(page, "Federia");
    },
  ],
  [
    "the account page",
    async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await page.goto("/dashboard/account");
    },
  ],
  ["a page that is not there", (page) => page.goto("/nowhere")],
  ["a board that is not there", (page) => page.goto("/start/mlsconnect/nowhere")],
];

test.use({ expectedConsoleErrors: [/404/] });

for (const [name, open] of states) {
  for (const [colorScheme, width] of [
    ["light", 360],
    ["dark", 360],
    ["light", 1440],
  ] as const) {
    test(`${name}, ${colorScheme}, ${width} px: axe finds nothing and nothing is cut off`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      await open(page);
      await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      expect(await smallTargets(page)).toEqual([]);
    });
  }
}

test("Next's page of last resort cannot be asked for", async ({ request }) => {
  for (const path of ["/_global-error", "/_global-error?x=1", "/_global-error/"]) {
    expect((await request.get(path)).status()).toBe(404);
  }
});

test("an unknown page gets 404, and says so", async ({ page }) => {
  const answer = await page.goto("/nowhere");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "There is nothing at this address",
  );
});

test("the dashboard needs a sign-in", async ({ page }) => {
  await page.goto("/dashboard");
  await expect(page).toHaveURL(/\/sign-in$/);
});

test("after Deny the sign-in page is ready for the same board again", async ({ page }) => {
  await chooseBoard(page, "Federia");
  await page.getByRole("button", { name: "Anna Peeters" }).click();
  await page.getByRole("button", { name: "Deny" }).click();
  await expect(page.getByLabel("Board", { exact: true })).toHaveValue("mlsconnect-federia");
  await page.getByRole("button", { name: "Sign in with MLSConnect" }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL(/done=signed_in/);
});

test("the product's name is on its pages and in the User-Agent for portals", async ({
  page,
  portals,
}) => {
  await chooseBoard(page, "Federia", apps.shared);
  await agree(page, "Anna Peeters");
  await expect(page.getByRole("link", { name: "Agence Été, home" })).toBeVisible();
  const requests = (await portals.requests()).filter(({ path }) =>
    path.startsWith("/mls-connect.com/"),
  );
  expect(requests.map(({ userAgent }) => userAgent)).toEqual([
    "Agence-Ete/0.1.0",
    "Agence-Ete/0.1.0",
  ]);
});

test("before people leave for a portal they can read what is asked for there", async ({ page }) => {
  await page.goto(`${apps.shared.url}/sign-in`);
  await page.getByText("Permissions asked for").click();
  await expect(page.getByText("MLSConnect: read", { exact: true })).toBeVisible();
  await expect(page.getByText(/^Your own team’s software will use/)).toBeVisible();

  await signedIn(page, "Federia", "Anna Peeters", apps.shared);
  await page.getByText("What each portal is asked for").click();
  await expect(page.getByText("MLSConnect: read", { exact: true })).toBeVisible();
  await expect(page.getByText("When you reconnect, the same is asked for.")).toBeVisible();

  await expect(await openLink(page, "Federia")).toContainText(
    "If you reconnect, Federia asks you again for: read. Your own team’s software can use this link.",
  );
});

test("the operator's own pages are at the foot of every page, and are not told where people come from", async ({
  page,
}) => {
  for (const path of ["/", "/sign-in", "/nowhere", `/connect/s/${"secret".padEnd(43, "x")}`]) {
    await page.goto(`${apps.shared.url}${path}`);
    const links = page.getByRole("contentinfo").getByRole("link");
    await expect(links).toHaveText(["Help", "Privacy", "Legal notice"]);
  }
  await page.route("https://acme.example/**", (route) =>
    route.fulfill({ contentType: "text/html", body: `<link rel="icon" href="data:,">helped` }),
  );
  const asked = page.waitForRequest("https://acme.example/**");
  await page.getByRole("link", { name: "Help" }).click();
  await page.getByText("helped").waitFor();
  expect(await (await asked).headerValue("referer")).toBeNull();

  await page.goto(`${apps.main.url}/sign-in`);
  await expect(page.getByRole("contentinfo").getByRole("link")).toHaveCount(0);
});

test("a sentence for the administrator leads there, with the reference", async ({ page }) => {
  const withProblem = (problem: string) => `/sign-in?problem=${problem}&reference=abcdefgh`;
  const way = page.getByRole("link", { name: "Tell your administrator" });
  await page.goto(`${apps.shared.url}${withProblem("internal")}`);
  const help = "https://acme.example/help?from=portico&reference=abcdefgh";
  await expect(way).toHaveAttribute("href", help);
  await page.goto(`${apps.hidden.url}${withProblem("internal")}`);
  const letter = "mailto:help@acme.example?subject=Portico%3A%20Reference%20abcdefgh";
  await expect(way).toHaveAttribute("href", letter);

  await page.goto(`${apps.shared.url}${withProblem("timed_out")}`); // it is for the portal to mend
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(way).toHaveCount(0);
  await page.goto(`${apps.main.url}${withProblem("internal")}`);
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(way).toHaveCount(0);
});

test("pages about a person are not cached, and not shown in frames", async ({ page }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const answer = await page.goto("/dashboard");
  expect(await answer?.headerValue("cache-control")).toContain("no-store");
  expect(await answer?.headerValue("content-security-policy")).toContain("frame-ancestors 'none'");
});

test("health checks need no session", async ({ request }) => {
  expect(await (await request.get("/healthz")).text()).toBe("ok\n");
  expect(await (await request.get("/readyz")).text()).toBe("ready\n");
});

test("the public address has no metrics", async ({ request }) => {
  const answer = await request.get("/metrics");
  expect(answer.status()).toBe(404);
  expect(await answer.text()).not.toContain("portico_");
});

/** Controls lower than 44 pixels, without links in a sentence. */
function smallTargets(page: Page) {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, select, input:not([type=hidden]), summary")]
      .filter((element) => element.checkVisibility())
      .filter((element) => element.getBoundingClientRect().height < 44)
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}
