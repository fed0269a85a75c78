import { expect, type Page } from "@playwright/test";
import { noticeOf, rowsOf, whoIsSignedIn } from "../../support/test";
import { servers } from "../servers.mjs";
import { agreeAs, logIn, refuseAs } from "./life";
import { type Deployment, type LoggedRequest, registration } from "./portal";
import { testAgainst } from "./test";

/** The company login, at an OpenID provider of others, of which Portico is told issuer, client id and secret. */

type Company = Pick<Deployment, "server"> &
  Partial<Pick<Deployment, "environment">> & {
    client?: { id: string; secret: string };
    /** Settings beyond those three. */
    more?: Record<string, string>;
  };

const isTokenRequest = ({ grant }: LoggedRequest) => grant !== null;

async function goToSignIn(page: Page) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Acme" }).click();
}

export function testCompanyAt({ server, environment, client = registration, more }: Company) {
  const test = testAgainst({
    server,
    name: `company-${server}`,
    callback: "/api/auth/callback/company",
    simulator: false,
    ...(environment && { environment }),
    settings: (issuer) => ({
      COMPANY_LOGIN_ISSUER: issuer,
      COMPANY_LOGIN_CLIENT_ID: client.id,
      COMPANY_LOGIN_CLIENT_SECRET: client.secret,
      COMPANY_LOGIN_LABEL: "Acme",
      ...more,
    }),
  });
  const { title } = servers[server];

  test(`${title}: a person signs in, is the same one the next time, and has no link by that`, async ({
    page,
    context,
    portal,
    backEnd,
  }) => {
    const before = portal.requests().filter(isTokenRequest).length;
    await goToSignIn(page);
    await agreeAs(page, "Anna");
    await expect(page).toHaveURL("/dashboard?done=signed_in&connection=company");
    await expect(page.getByText("You are signed in through Acme.")).toBeVisible();
    await expect(rowsOf(page)).toHaveCount(0);
    const first = await whoIsSignedIn(context, portal.app);
    expect(first.name).toBe("Anna");
    expect((await backEnd.links(first.id)).links).toEqual([]);

    await context.clearCookies();
    await goToSignIn(page);
    await logIn(page, "Anna");
    const consent = page.getByRole("button", { name: "Authorize" });
    await consent.or(page.getByText("You are signed in through")).waitFor(); // some remember the yes
    if (await consent.isVisible()) await consent.click();
    await expect(page).toHaveURL("/dashboard?done=signed_in&connection=company");
    expect((await whoIsSignedIn(context, portal.app)).id).toBe(first.id);
    const asked = portal.requests().filter(isTokenRequest).slice(before);
    expect(asked.map(({ status, grant }) => [status, grant])).toEqual([
      [200, "authorization_code"],
      [200, "authorization_code"],
    ]);
  });

  test(`${title}: who says no is not signed in, and no token is asked for`, async ({
    page,
    context,
    portal,
  }) => {
    const before = portal.requests().filter(isTokenRequest).length;
    await goToSignIn(page);
    await refuseAs(page, "Nora");
    await expect(page).toHaveURL(/\/sign-in\?/);
    await expect(noticeOf(page)).toBeVisible();
    expect(await whoIsSignedIn(context, portal.app)).toBeNull();
    expect(portal.requests().filter(isTokenRequest)).toHaveLength(before);
  });

  return test;
}
