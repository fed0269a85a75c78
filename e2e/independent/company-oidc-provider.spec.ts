import { expect } from "@playwright/test";
import { noticeOf, whoIsSignedIn } from "../support/test";
import { testCompanyAt } from "./support/company";
import { agreeAs } from "./support/life";

/** In Node, by a certified provider: PS256, HTTP Basic alone, PKCE demanded of everybody, a claim, and a page to sign out on. */
const test = testCompanyAt({
  server: "oidcProvider",
  environment: { CLIENT_AUTH: "client_secret_basic", SIGNING: "PS256" },
  more: { COMPANY_LOGIN_REQUIRED_CLAIM: "hd=acme.example" },
});

test("oidc-provider: who does not have the claim that is required is told so, and is no user", async ({
  page,
  context,
  portal,
}) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Acme" }).click();
  await agreeAs(page, "Guest Gil");
  await expect(noticeOf(page)).toContainText("not one of your company’s");
  expect(await whoIsSignedIn(context, portal.app)).toBeNull();
});

test("oidc-provider: who signs out can sign out there too, and comes back", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Acme" }).click();
  await agreeAs(page, "Lena");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign out of Acme too" }).click();
  await page.getByRole("button", { name: /yes, sign me out/i }).click();
  await expect(page).toHaveURL("/sign-in?done=signed_out&connection=company");
  await page.getByRole("button", { name: "Sign in with Acme" }).click();
  await expect(page.getByLabel("Name")).toBeVisible(); // and not let in at once
});
