import { type APIRequestContext, expect, type Page } from "@playwright/test";
import type { BackEnd } from "../../support/back-end";
import { noticeOf, rowOf, unlink } from "../../support/test";
import type { LoggedRequest, Portal } from "./portal";
import type { testAgainst } from "./test";

/** The life of a link by OAuth 2.0 or OpenID Connect, the same at each portal of others. */

export type Side = {
  /** The server's name, for the names of the tests. */
  server: string;
  /** The connection whose life it is, and its name on the dashboard. */
  connection: string;
  name: string;
  /** Where the portal takes a token, as a path of the server's. */
  resource: string;
  /** Goes from the sign-in page to the portal; null where no one can sign in with it. */
  goToSignIn: ((page: Page) => Promise<void>) | null;
  /** Signs somebody in with another login, as far as the dashboard. */
  signInOtherwise: (page: Page, portal: Portal) => Promise<void>;
  /** Goes from the dashboard to the portal, to link it. */
  goToLink: (page: Page) => Promise<void>;
  /** Whether the portal takes tokens back, RFC 7009. */
  revokes: boolean;
};

const CALLERS = 20;

/** Logs in on a portal's page: every name is let in. */
export async function logIn(page: Page, name: string) {
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Logs in and says yes. */
export async function agreeAs(page: Page, name: string) {
  await logIn(page, name);
  await page.getByRole("button", { name: "Authorize" }).click();
}

/** Logs in and says no. */
export async function refuseAs(page: Page, name: string) {
  await logIn(page, name);
  await page.getByRole("button", { name: "Deny" }).click();
}

const isRefresh = ({ grant }: LoggedRequest) => grant === "refresh_token";
const isTokenRequest = ({ grant }: LoggedRequest) => grant !== null;
const isRevocation = ({ method, path }: LoggedRequest) => method === "POST" && /revo/.test(path);

export function testLife(test: ReturnType<typeof testAgainst>, side: Side) {
  const { server, connection, name: ours, resource, goToSignIn, signInOtherwise, goToLink } = side;

  async function linked(page: Page, portal: Portal, name: string) {
    await signInOtherwise(page, portal);
    await goToLink(page);
    await agreeAs(page, name);
    await expect(page).toHaveURL(`/dashboard?done=linked&connection=${connection}`);
  }

  /** Shows what the API hands out to the server. */
  async function shown(request: APIRequestContext, portal: Portal, backEnd: BackEnd, id: string) {
    const { token } = await backEnd.token(id);
    return { token, show: () => request.get(portal.url + resource, { headers: token.headers }) };
  }

  if (goToSignIn) {
    test(`${server}: a member signs in, and the portal takes the token that the API hands out`, async ({
      page,
      request,
      portal,
      backEnd,
      linkAt,
    }) => {
      await page.goto("/sign-in");
      await goToSignIn(page);
      await agreeAs(page, "Anna");
      await expect(page).toHaveURL(`/dashboard?done=signed_in&connection=${connection}`);
      await expect(rowOf(page, ours)).toContainText("Anna");
      const { show } = await shown(request, portal, backEnd, await linkAt(connection));
      expect(await (await show()).text()).toContain("Anna");
    });

    test(`${server}: who says no is not signed in, and no token is asked for`, async ({
      page,
      portal,
    }) => {
      const before = portal.requests().filter(isTokenRequest).length;
      await page.goto("/sign-in");
      await goToSignIn(page);
      await refuseAs(page, "Nora");
      await expect(page).toHaveURL(/\/sign-in\?/);
      await expect(noticeOf(page)).toContainText("You were not signed in");
      expect(portal.requests().filter(isTokenRequest)).toHaveLength(before);
    });
  }

  test(`${server}: a user links the portal, and it takes the token that the API hands out`, async ({
    page,
    request,
    portal,
    backEnd,
    linkAt,
  }) => {
    await linked(page, portal, "Lena");
    await expect(rowOf(page, ours)).toContainText(/Works|Not checked yet/); // OLX answers no call by then
    const { show } = await shown(request, portal, backEnd, await linkAt(connection));
    expect((await show()).status()).toBe(200);
  });

  test(`${server}: a user who says no keeps a dashboard without the link`, async ({
    page,
    portal,
  }) => {
    await signInOtherwise(page, portal);
    const before = portal.requests().filter(isTokenRequest).length;
    await goToLink(page);
    await refuseAs(page, "Nils");
    await expect(page).toHaveURL(/\/dashboard\?/);
    await expect(noticeOf(page)).toContainText("Nothing was linked");
    await expect(rowOf(page, ours)).toHaveCount(0);
    expect(portal.requests().filter(isTokenRequest)).toHaveLength(before);
  });

  test(`${server}: when the token has ended, ${CALLERS} callers at once make one refresh`, async ({
    page,
    request,
    portal,
    backEnd,
    linkAt,
  }) => {
    await linked(page, portal, "Brief Bert"); // whose tokens last sixteen seconds
    const id = await linkAt(connection);
    const { token: first, show } = await shown(request, portal, backEnd, id);
    await expect.poll(async () => (await show()).status(), { timeout: 30_000 }).toBe(401);

    const before = portal.requests().filter(isRefresh).length;
    const calls = Array.from({ length: CALLERS }, () => backEnd.token(id));
    const answers = await Promise.all(calls);
    const tokens = new Set(answers.map(({ token }) => token.access_token));
    expect(answers.every(({ active }) => active)).toBe(true);
    expect(tokens.size).toBe(1);
    expect(tokens).not.toContain(first.access_token);
    expect(portal.requests().filter(isRefresh)).toHaveLength(before + 1);
    const headers = answers[0]?.token.headers;
    expect((await request.get(portal.url + resource, { headers })).status()).toBe(200);
  });

  if (side.revokes) {
    test(`${server}: an unlinked token is dead at the portal`, async ({
      page,
      request,
      portal,
      backEnd,
      linkAt,
    }) => {
      await linked(page, portal, "Ursula");
      const { show } = await shown(request, portal, backEnd, await linkAt(connection));
      expect((await show()).status()).toBe(200);
      await unlink(page, ours);
      await expect(noticeOf(page)).toContainText("Unlinked");
      await expect.poll(async () => (await show()).status()).toBe(401);
      const statuses = portal
        .requests()
        .filter(isRevocation)
        .map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([200]));
    });
  }
}
