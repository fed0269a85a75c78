import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { apps, crm } from "./support/apps";
import { callCrmApi } from "./support/connect-session";
import { crmStandIn } from "./support/crm-stand-in";
import { layOutAll } from "./support/lay-out";
import { linkManyBoards } from "./support/many-links";
import { sentencesIn } from "./support/sentences";
import { noticeOf, openLink, rowOf, rowsOf, test } from "./support/test";

/** Days of people, from their first page to the last, in their own language and on their own screen. */

const PHONE = { width: 360, height: 740 };

async function axe(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

/** What a page is called, and that nothing of it is cut off. */
async function isWhole(page: Page, heading: string) {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
}

test.describe("a Polish agent's first day, from her CRM", () => {
  test.use({ viewport: PHONE }); // her browser asks for English; the CRM knows better

  test("she connects Otodom in Polish, and goes back", async ({ page }) => {
    const say = sentencesIn("pl");
    const standIn = await crmStandIn();
    const session = await callCrmApi(apps.main, "POST", "connect-sessions", {
      user: { external_id: "zofia", name: "Zofia Wiśniewska" },
      connections: ["olx-otodom"],
      language: "pl-PL",
      return_url: `${crm.url}/portals/back`,
    });
    await page.goto(session.url);
    await expect(page.locator("html")).toHaveAttribute("lang", "pl");
    await isWhole(page, say("connect.titleOne", { portal: "Otodom", client: "Example CRM" }));
    await axe(page);
    await page.getByRole("button", { name: say("connect.connect", { portal: "Otodom" }) }).click();
    await page.getByRole("button", { name: "Olga Nowak" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    await expect(page.getByText(say("connect.declined"))).toBeVisible();
    await expect(page.locator("html")).toHaveAttribute("lang", "pl");
    await page.getByRole("button", { name: say("connect.tryAgain", { portal: "Otodom" }) }).click();
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    await expect(page).toHaveURL(/\/portals\/back\?.*status=linked/);
    standIn.close();
  });
});

test.describe("a Belgian, by Start_URL", () => {
  test.use({ locale: "fr-BE", viewport: PHONE });

  test("she signs in, links, names, unlinks and leaves in French", async ({ page }) => {
    const say = sentencesIn("fr");
    await page.goto("/start/mlsconnect/cote-dazur");
    await page.getByRole("button", { name: "Claire Martin" }).click();
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    await isWhole(page, say("dashboard.title"));
    await expect(page).toHaveTitle(new RegExp(say("successes.signed_in.title")));
    await axe(page);

    const otodom = { portal: "Otodom" };
    await page.getByRole("button", { name: say("dashboard.link", otodom), exact: true }).click();
    await page.getByRole("button", { name: "Olga Nowak" }).click();
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    await page.getByLabel(say("link.page.nameLabel")).fill("Agence de Liège");
    await page.getByRole("button", { name: say("link.page.nameSave") }).click();
    await isWhole(page, "Otodom");
    await expect(page.getByRole("status")).toContainText(say("successes.named.title"));
    await axe(page);
    await page.goto("/dashboard");
    await expect(rowOf(page, "Otodom", "Agence de Liège")).toContainText(say("link.works"));

    await openLink(page, "Otodom");
    await page.getByRole("link", { name: say("link.page.unlink", otodom), exact: true }).click();
    await isWhole(page, say("unlinking.title", otodom));
    await axe(page);
    await page.getByRole("button", { name: say("unlinking.confirm", otodom), exact: true }).click();
    await expect(page.getByRole("status").first()).toContainText(say("successes.unlinked.title"));
    await page.getByRole("button", { name: say("dashboard.signOut"), exact: true }).click();
    await isWhole(page, say("signIn.title"));
    await expect(page.getByRole("status")).toContainText(say("successes.signed_out.title"));
  });
});

test.describe("a morning with 42 links, on a phone", () => {
  test.use({ viewport: PHONE });

  test("five are broken: they come first, and are found and mended", async ({ page, portals }) => {
    test.slow();
    await linkManyBoards(page);
    for (const n of [3, 11, 19, 27, 35]) {
      await portals.removeApp({
        portal: "mlsconnect",
        board: `board-${n}`,
        person: "Anna Peeters",
      });
    }
    await page.goto(`${apps.shared.url}/dashboard`);
    await page.getByRole("button", { name: "Check now" }).click();
    await expect(noticeOf(page)).toContainText("5 of 42 need you");
    await page.goto(`${apps.shared.url}/dashboard`);
    await expect(page).toHaveTitle(/^5 of 42 need you · Your portals/);
    await axe(page);
    expect(await heightOf(page)).toBeLessThanOrEqual(6_000);
    await expect(rowsOf(page)).toHaveCount(42);
    const first = rowsOf(page).first();
    await expect(first).toContainText("Needs you");
    await expect(page.getByRole("main").locator(".bg-accent:visible")).toHaveCount(1); // one primary button
    await page.getByRole("link", { name: "5 of 42 need you" }).click();
    await expect(page.getByRole("heading", { name: "Needs you" })).toBeInViewport();

    await page.getByRole("searchbox", { name: "Name, login or your own name" }).fill("board 3");
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(page).toHaveURL(/q=board\+3/);
    await expect(rowsOf(page)).toHaveCount(13); // 3, 13, 23, and 30 to 39
    await page.getByLabel("State").selectOption({ label: "Needs you" });
    await page.getByRole("button", { name: "Show", exact: true }).click();
    await expect(rowsOf(page)).toHaveCount(2);

    await page.getByRole("button", { name: "Reconnect Board-35" }).click();
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    await expect(page.getByRole("status").first()).toContainText("Connected again");
    await page.goto(`${apps.shared.url}/dashboard`);
    await expect(page.getByRole("link", { name: "4 of 42 need you" })).toBeVisible();

    await page.setViewportSize({ width: 1440, height: 900 });
    expect(await heightOf(page)).toBeLessThanOrEqual(3_500);
    await page.keyboard.press("Escape");
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let stop = 1; stop <= 5; stop += 1) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => document.activeElement?.textContent ?? "");
      if (focused.startsWith("Link another")) return;
    }
    throw new Error("not reached within five tab stops");
  });
});

async function heightOf(page: Page) {
  await layOutAll(page);
  return page.evaluate(() => document.documentElement.scrollHeight);
}

test.describe("a German who refuses consent and comes back", () => {
  test.use({ locale: "de-DE" });

  test("he is told calmly, and can start again", async ({ page }) => {
    const say = sentencesIn("de");
    await page.goto("/sign-in");
    await page.getByLabel(say("choice.board"), { exact: true }).selectOption({ label: "Federia" });
    const signIn = say("signIn.button", { portal: "MLSConnect" });
    await page.getByRole("button", { name: signIn }).click();
    await page.getByRole("button", { name: "Bram Declercq" }).click();
    await page.getByRole("button", { name: "Deny" }).click();
    const notice = page.getByRole("status");
    await expect(notice).toContainText(say("problems.access_denied.title", { tried: "signin" }));
    await axe(page);
    await notice.getByRole("button", { name: say("tryAgain", { portal: "Federia" }) }).click();
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    await isWhole(page, say("dashboard.title"));
    await expect(rowOf(page, "Federia")).toContainText("Bram Declercq");
  });
});

test.describe("a Portuguese, by accessible names and order, without JavaScript", () => {
  test.use({ locale: "pt-PT", javaScriptEnabled: false });

  test("every step has a name, and the order is that of the page", async ({ page }) => {
    const say = sentencesIn("pt");
    await page.goto("/");
    await page.getByRole("link", { name: say("home.signIn"), exact: true }).click();
    await page.getByRole("combobox", { name: say("choice.board") }).selectOption("Federia");
    await page
      .getByRole("button", { name: say("signIn.button", { portal: "MLSConnect" }) })
      .click();
    await page.getByRole("button", { name: "Nina Vide" }).click();
    await page.getByRole("button", { name: "Authorize", exact: true }).click();

    await expect(page).toHaveURL(/done=signed_in/);
    const headings = await page.getByRole("heading").allTextContents();
    expect(headings).toEqual([
      say("dashboard.title"),
      say("successes.signed_in.title"),
      say("dashboard.list"),
      say("dashboard.groups.works"),
      say("dashboard.linkAnother"),
      ...["MLSConnect", "Flexmls", "Otodom", "Imovirtual", "Storia", "ImmoScout24"],
      ...["Flexmls Private", "Flexmls IDX", "Flexmls VOW"],
      say("direct.title"),
    ]);
    const imovirtual = { portal: "Imovirtual" };
    await page
      .getByRole("button", { name: say("dashboard.link", imovirtual), exact: true })
      .click();
    await page.getByRole("button", { name: "João Silva" }).click();
    await page.getByRole("button", { name: "Authorize", exact: true }).click();
    await expect(page.getByRole("status").first()).toContainText(say("successes.linked.title"));
    const names = await page.locator(".link-name").allInnerTexts();
    expect(names.map((name) => name.split(/\s/)[0])).toEqual(["Federia", "Imovirtual"]);
    await page.getByRole("link", { name: /^Imovirtual/ }).click();
    await page
      .getByRole("link", { name: say("link.page.unlink", imovirtual), exact: true })
      .click();
    await page.getByRole("button", { name: say("unlinking.confirm", imovirtual) }).click();
    await expect(rowsOf(page)).toHaveCount(1);
  });
});
