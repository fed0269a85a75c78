import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import { apps, crm } from "./support/apps";
import { root } from "./support/children";
import { connectSession, finishSession } from "./support/connect-session";
import { startExampleCrm } from "./support/example-crm";
import { finishFlow } from "./support/flow-endings";
import {
  agree,
  askToUnlink,
  leaveFor,
  link,
  openLink,
  rowOf,
  signedIn,
  test,
} from "./support/test";

/** Every button of every page works without JavaScript. A page that is new fails here until it is listed. */

type Arrive = (page: Page) => Promise<unknown>;

/** Each page of the build, and the states in which it has buttons. */
const pages: Record<string, Record<string, Arrive>> = {
  "/": {},
  "/_not-found": {},
  "/connect/[connection]": {}, // leads on at once
  "/sign-in": {
    "as it is": (page) => page.goto("/sign-in"),
    "with many boards": (page) => page.goto(`${apps.shared.url}/sign-in`),
    "after a problem": (page) =>
      page.goto("/sign-in?problem=timed_out&connection=mlsconnect-federia&reference=abcdefgh"),
    "on the way to connect a portal": (page) => page.goto("/connect/olx-otodom"),
    "after a sign-out of a portal's member": async (page) => {
      await signInWithSpark(page);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign out of Flexmls too" }).waitFor();
    },
  },
  "/connect/s/[secret]": {
    "with two portals": async (page) => {
      await page.goto((await connectSession({ connections: ["olx-otodom", "immoscout24"] })).url);
    },
    "with one portal connected": async (page) => {
      await page.goto((await connectSession({ connections: ["olx-otodom", "immoscout24"] })).url);
      await page.getByRole("button", { name: "Connect Otodom" }).click();
      await agree(page, "Olga Nowak");
      await page.getByRole("button", { name: "Connect Otodom again" }).waitFor();
    },
  },
  "/dashboard": {
    "with one link": (page) => signedIn(page, "Federia", "Anna Peeters"),
    "with a link of each kind": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await link(page, "Otodom", "Olga Nowak");
      await link(page, "ImmoScout24", "Greta Schulz");
      await rowOf(page, "ImmoScout24").waitFor();
    },
    "with a portal to connect": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await page.goto("/connect/olx-otodom");
    },
    "with a question": async (page) => {
      const other = await page.context().browser()?.newContext({ baseURL: apps.main.url });
      const theirs = await other?.newPage();
      if (!theirs) throw new Error("no second browser");
      await signInWithSpark(theirs);
      await other?.close();
      await signedIn(page, "Federia", "Anna Peeters");
      await leaveFor(page, "Flexmls");
      await finishFlow(page, "Sandra Key");
      await page.getByRole("button", { name: "Bring it here" }).waitFor();
    },
  },
  "/dashboard/account": {
    "of a person who is signed in elsewhere too": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await page.context().clearCookies({ name: /session-token$/ });
      await page.goto("/start/mlsconnect/federia"); // she is still logged in there
      await page.goto("/dashboard/account");
      await page.getByRole("button", { name: "Sign out everywhere else" }).waitFor();
    },
  },
  "/dashboard/account/delete": {
    "as it is": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await page.goto("/dashboard/account/delete");
    },
  },
  "/dashboard/activity": {
    "as it is": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await page.goto("/dashboard/activity");
    },
  },
  "/dashboard/links/[id]": {
    "as it is": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await openLink(page, "Federia");
    },
    "of a link that other software uses too": async (page) => {
      const { id, url } = await connectSession({ connections: ["mlsconnect-federia"] });
      await page.goto(url);
      await page.getByRole("button", { name: "Connect Federia" }).click();
      const back = page.waitForRequest(`${crm.url}/portals/back?**`);
      await agree(page, "Anna Peeters");
      const code = new URL((await back).url()).searchParams.get("code") ?? "";
      await finishSession(id, code);
      await page.goto("/start/mlsconnect/federia");
      await openLink(page, "Federia");
      await page.getByRole("button", { name: /^Stop Example CRM/ }).waitFor();
    },
  },
  "/dashboard/links/[id]/unlink": {
    "as it is": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await link(page, "Otodom", "Olga Nowak");
      await askToUnlink(page, "Otodom");
      await page.getByRole("button", { name: /^Unlink/ }).waitFor();
    },
  },
};

test("every page of the build is listed", () => {
  const manifest = join(root, ".next/app-path-routes-manifest.json");
  const built = Object.entries(JSON.parse(readFileSync(manifest, "utf8")) as object)
    .filter(([file, address]) => file.endsWith("/page") && address !== "/_global-error")
    .map(([, address]) => address);
  expect(Object.keys(pages).toSorted()).toEqual(built.toSorted());
});

test.describe("the page of last resort", () => {
  // It is made when the app is built, so its styles and scripts have no nonce, and do not count.
  test.use({ expectedConsoleErrors: [/Content Security Policy|status of 500/] });

  test("can be read without styles and scripts, and its button asks once more", async ({
    page,
  }) => {
    const body = readFileSync(join(root, ".next/server/pages/500.html"), "utf8");
    const policy = (await page.request.get("/sign-in")).headers()["content-security-policy"] ?? "";
    let asked = 0;
    await page.route(/\/broken\b/, (route) => {
      asked += 1;
      const headers = { "content-type": "text/html", "content-security-policy": policy };
      return route.fulfill({ status: 500, headers, body });
    });
    await page.goto("/broken");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.getByRole("button").click();
    await expect.poll(() => asked).toBe(2);
  });
});

test.describe("without JavaScript", () => {
  let child: ChildProcess;
  test.beforeAll(async () => {
    child = await startExampleCrm(); // where people go back to
  });
  test.afterAll(() => void child.kill("SIGTERM"));

  // With a notice, the page's icon comes after its head, so the browser first tries the default address.
  test.use({ javaScriptEnabled: false, expectedConsoleErrors: [/favicon\.ico/] });

  for (const [address, states] of Object.entries(pages)) {
    for (const [state, arrive] of Object.entries(states)) {
      test(`every button of ${address}, ${state}, leads on`, async ({ page, portals }) => {
        test.slow();
        await arrive(page);
        const buttons = await buttonsOn(page).count();
        expect(await page.locator("button:not(form button)").count(), "outside a form").toBe(0);
        expect(buttons).toBeGreaterThan(0);
        expect(await page.content()).not.toMatch(/<template id="[BP]:|<div hidden="" id="S:/);
        for (let n = 0; n < buttons; n += 1) {
          if (n > 0) {
            await page.context().clearCookies();
            await portals.reset();
            await arrive(page);
          }
          await expectToLeadOn(page, n);
        }
      });
    }
  }
});

/** Every button; of those of the language switch, which differ in their language alone, the one of the language that is chosen. */
function buttonsOn(page: Page) {
  return page.locator("button:not([name=language]), button[name=language][aria-current=true]");
}

/** Presses the button of this number, with all that is folded away unfolded, and all fields filled in and lists chosen from. */
async function expectToLeadOn(page: Page, number: number) {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  const button = buttonsOn(page).nth(number);
  const name = (await button.textContent()) ?? "";
  const form = button.locator("xpath=ancestor::form");
  for (const field of await form.locator("input[required]").all()) await field.fill("something");
  for (const list of await form.locator("select").all())
    await list.selectOption({ index: (await list.locator("option").count()) - 1 });
  const method = await form.evaluate((it: HTMLFormElement) => it.method.toUpperCase());
  const sent = page.waitForRequest((request) => request.method() === method);
  const answered = page.waitForResponse((response) => response.request().method() === method);
  await button.click();
  expect((await sent).isNavigationRequest(), name).toBe(true);
  expect((await answered).status(), name).toBe(method === "POST" ? 303 : 200);
  await page.waitForLoadState();
  await expect(page.getByRole("heading", { level: 1 }), name).not.toContainText(/went wrong/i);
}

async function signInWithSpark(page: Page) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Flexmls" }).click();
  await agree(page, "Sandra Key");
  await page.getByRole("heading", { name: "Your portals" }).waitFor();
}
