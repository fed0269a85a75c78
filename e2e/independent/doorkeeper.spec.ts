import { expect, type Page } from "@playwright/test";
import { leaveFor } from "../support/test";
import { agreeAs, testLife } from "./support/life";
import { testAgainst } from "./support/test";

/** MLSConnect's boards, at Doorkeeper on Rails: two registrations of ours, as two boards have. */

const boards = ["nord", "sud"];

const test = testAgainst({
  server: "doorkeeper",
  callback: "/api/auth/callback/mlsconnect-{client}",
  environment: { CLIENTS: boards.join(" ") },
  simulator: false,
  settings: (portal) => ({
    MLSCONNECT_BOARDS: boards.join(" "),
    MLSCONNECT_NORD_CLIENT_ID: "nord",
    MLSCONNECT_NORD_CLIENT_SECRET: "secret-of-nord",
    MLSCONNECT_SUD_CLIENT_ID: "sud",
    MLSCONNECT_SUD_CLIENT_SECRET: "secret-of-sud",
    MLSCONNECT_AUTHORIZATION_URL: `${portal}/oauth/authorize`,
    MLSCONNECT_TOKEN_URL: `${portal}/oauth/token`,
    MLSCONNECT_MEMBER_URL: `${portal}/api/oauth/me`,
    MLSCONNECT_REVOCATION_URL: `${portal}/oauth/revoke`,
  }),
});

async function goToSignIn(page: Page, board: string) {
  await page.getByLabel("Board", { exact: true }).selectOption({ label: board });
  await page.getByRole("button", { name: "Sign in with MLSConnect" }).click();
}

testLife(test, {
  server: "Doorkeeper",
  connection: "mlsconnect-sud",
  name: "Sud",
  resource: "/api/oauth/me",
  goToSignIn: (page) => goToSignIn(page, "Sud"),
  async signInOtherwise(page) {
    await page.goto("/sign-in");
    await goToSignIn(page, "Nord");
    await agreeAs(page, `Nadine ${Date.now()}`);
    await expect(page).toHaveURL("/dashboard?done=signed_in&connection=mlsconnect-nord");
    await page.context().clearCookies({ name: "board_session" }); // logged out at the portal
  },
  goToLink: (page) => leaveFor(page, "Sud"),
  revokes: true,
});
