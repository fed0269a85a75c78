import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { apps, folder, simulator } from "./support/apps";
import { BackEnd } from "./support/back-end";
import {
  askToUnlink,
  forge,
  noticeOf,
  rowOf,
  rowsOf,
  signedIn,
  test,
  unlink,
  whoIsSignedIn,
} from "./support/test";

/** Links that need no page of the portal: with a password, or with given keys. */

const passwordNotAccepted = "That name and password were not accepted";
const keysNotAccepted = "Those keys were not accepted";

test("an agent links Spark with a user name and a password, and the password is sent once", async ({
  page,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await byPassword(page, "sam.broker", "open sesame");
  await expect(page).toHaveURL("/dashboard?done=linked&connection=spark-oauth2-private");
  await expect(rowOf(page, "Flexmls Private", "Sam Broker")).toContainText("Works");
  const sent = (await portals.requests()).filter(({ body }) =>
    JSON.stringify(body ?? "").includes("open sesame"),
  );
  expect(sent).toHaveLength(1);
  expect(sent[0]?.body?.fields).toMatchObject({
    grant_type: "password",
    username: "sam.broker",
    password: "open sesame",
  });
  await expectNowhere(page, ["sam.broker", "open sesame"]);
});

test("a wrong password links nothing and is not kept", async ({ page, portals }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await byPassword(page, "sam.broker", "a-wrong-horse-42");
  await expect(noticeOf(page)).toContainText(passwordNotAccepted);
  await expect(rowsOf(page)).toHaveCount(1);
  await expectNowhere(page, ["sam.broker", "a-wrong-horse-42"]);
  const sent = (await portals.requests()).filter(({ body }) =>
    JSON.stringify(body ?? "").includes("a-wrong-horse-42"),
  );
  expect(sent).toHaveLength(1);

  await page.getByRole("link", { name: "Type them again" }).click();
  await expect(page.getByLabel("Password", { exact: true })).toHaveValue("");
  await page.getByLabel("User name").fill("sam.broker");
  await page.getByLabel("Password", { exact: true }).fill("open sesame");
  await pressLink(page, "Flexmls (Spark API)", "password");
  await expect(rowOf(page, "Flexmls Private", "Sam Broker")).toBeVisible();
});

for (const [at, kind, title] of [
  ["token", "reset-after", "We could not reach Flexmls Private"],
  ["token", "invalid-client", "Flexmls Private does not recognise Portico"],
  ["me", "error-body-200", "Flexmls Private left something out"],
] as const) {
  test(`with a password, ${at} ${kind} is "${title}" and the password is not sent again`, async ({
    page,
    portals,
  }) => {
    await signedIn(page, "Federia", "Anna Peeters");
    await portals.fault({ at, kind });
    await byPassword(page, "sam.broker", "open sesame");
    await expect(noticeOf(page)).toContainText(title);
    await expect(rowsOf(page)).toHaveCount(1);
    expect((await portals.counters()).token).toBe(2); // one is Federia's
    await expectNowhere(page, ["sam.broker", "open sesame"]);
  });
}

test("without permission for passwords there is no form for one, and a forged form sends none", async ({
  page,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const form = await open(page, "Flexmls (Spark API)", "password");
  await forge(form.locator("form"), "connection", "spark-oauth2-idx");
  await form.getByLabel("User name").fill("sam.broker");
  await form.getByLabel("Password", { exact: true }).fill("open sesame");
  await pressLink(page, "Flexmls (Spark API)", "password");
  await expect(noticeOf(page)).toContainText("That is not available here");
  expect((await portals.counters()).token).toBe(1); // Federia's

  await page.goto(`${apps.shared.url}/start/mlsconnect/federia`);
  await expect(page).toHaveURL(/done=signed_in/);
  await expect(formOf(page, "Flexmls (Spark API)", "keys")).toHaveCount(1);
  await expect(formOf(page, "Flexmls (Spark API)", "password")).toHaveCount(0);
});

test("an agent links Spark with the keys of a single session", async ({ page, context }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const [access = "", refresh = ""] = await singleSessionKeys(page);
  await page.goto("/dashboard");
  await byKeys(page, "Flexmls (Spark API)", {
    "Access key": `  ${access}\n`,
    "Refresh key": refresh,
  });
  await expect(page).toHaveURL("/dashboard?done=linked&connection=spark-oauth2-private");
  await expect(rowOf(page, "Flexmls Private", "Sina Single")).toContainText("Works");
  await expectNowhere(page, [access, refresh]);
  expect(JSON.stringify(await context.cookies())).not.toContain(access);
});

test("wrong keys link nothing and are not kept", async ({ page, portals }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const [, refresh = ""] = await singleSessionKeys(page);
  await page.goto("/dashboard");
  for (const access of ["not-a-key", "two words", "x".repeat(3000)]) {
    await byKeys(page, "Flexmls (Spark API)", { "Access key": access, "Refresh key": refresh });
    await expect(noticeOf(page)).toContainText(keysNotAccepted);
    await expect(rowsOf(page)).toHaveCount(1);
    await expectNowhere(page, [access, refresh]);
    await page.goto("/dashboard");
  }
  expect((await portals.counters()).token).toBe(1); // Federia's: a refused key is not refreshed
});

test("an agent links Spark with a Personal Access Token, and a back end uses it as Bearer", async ({
  page,
  request,
  context,
  portals,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const [token = ""] = await personalAccessTokens(page, "Sandra Key");
  await page.goto("/dashboard");
  await byKeys(page, "Flexmls (Spark)", { "Access key": token });
  await expect(page).toHaveURL("/dashboard?done=linked&connection=spark");
  await expect(rowOf(page, "Flexmls", "Sandra Key")).toContainText("Works");
  await expectNowhere(page, [token]);
  const asked = (await portals.requests()).filter(({ path }) => path.endsWith("/v1/my/account"));
  expect(asked).toHaveLength(1);
  expect((await portals.counters()).token).toBe(1); // Federia's: nothing is exchanged for the token

  const backEnd = new BackEnd(request);
  const id = await backEnd.link((await whoIsSignedIn(context)).id, "spark");
  const vended = await backEnd.token(id);
  expect(vended).toMatchObject({
    active: true,
    token: { access_token: token, scheme: "Bearer", expires_at: null },
  });
  for (const path of [
    "sparkapi.com/v1/my/account",
    "sparkapi.com/Version/3/Reso/OData/Property",
    "replication.sparkapi.com/Version/3/Reso/OData/Property",
  ]) {
    const url = `${simulator.portals}/${path}`;
    const { headers } = await backEnd.headers(id, { method: "GET", url });
    expect(headers.authorization).toBe(`Bearer ${token}`);
    expect((await request.get(url, { headers })).status(), path).toBe(200);
  }
});

test("an agent links ImmoScout24 with a token and a secret of their own, and requests are signed with both", async ({
  page,
  request,
  context,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const [token = "", secret = ""] = await ownTokenAndSecret(page, "Greta Schulz");
  await page.goto("/dashboard");
  await byKeys(page, "ImmoScout24", { "Access key": token, "Secret of the access key": secret });
  await expect(page).toHaveURL("/dashboard?done=linked&connection=immoscout24");
  await expect(rowOf(page, "ImmoScout24")).toContainText("Works");
  await expectNowhere(page, [token, secret]);

  const backEnd = new BackEnd(request);
  const id = await backEnd.link((await whoIsSignedIn(context)).id, "immoscout24");
  await expect(backEnd.token(id)).rejects.toThrow("409");
  for (const path of ["realestate/", "realestate/ext-2024%2F013"]) {
    const url = `${simulator.portals}/rest.immobilienscout24.de/restapi/api/offer/v1.0/user/me/${path}`;
    const { headers } = await backEnd.headers(id, { method: "GET", url });
    expect((await request.get(url, { headers })).status(), path).toBe(200);
  }
});

test("wrong keys for Spark and ImmoScout24 link nothing and are not kept", async ({ page }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const [personal = "", replication = ""] = await personalAccessTokens(page, "Sandra Key");
  const [token = "", secret = ""] = await ownTokenAndSecret(page, "Greta Schulz");
  const otherSecret = "another+secret/of=";
  const wrong = [
    ["Flexmls (Spark)", { "Access key": `${personal.slice(0, -4)}0000` }],
    ["ImmoScout24", { "Access key": token, "Secret of the access key": otherSecret }],
    ["ImmoScout24", { "Access key": `0000${token.slice(4)}`, "Secret of the access key": secret }],
  ] as const;
  for (const [portal, keys] of wrong) {
    await page.goto("/dashboard");
    await byKeys(page, portal, keys);
    await expect(noticeOf(page)).toContainText(keysNotAccepted);
    await expect(rowsOf(page)).toHaveCount(1);
    await expectNowhere(page, Object.values(keys));
  }
  await page.goto("/dashboard");
  await byKeys(page, "Flexmls (Spark)", { "Access key": replication }); // which sparkapi.com does not take: 1021
  await expect(noticeOf(page)).toContainText("Flexmls said no to Portico");
  await expect(rowsOf(page)).toHaveCount(1);
  await expectNowhere(page, [replication]);
});

test("a pasted key is no way in: the only login cannot be unlinked, and the same member at Spark is a new user", async ({
  page,
  context,
}) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const anna = await whoIsSignedIn(context);
  const [token = ""] = await personalAccessTokens(page, "Sandra Key");
  await page.goto("/dashboard");
  await byKeys(page, "Flexmls (Spark)", { "Access key": token });
  await expect(rowOf(page, "Flexmls", "Sandra Key")).toContainText("Works");
  await askToUnlink(page, "Federia");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Federia is your only way in");

  await context.clearCookies();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Flexmls" }).click();
  await page.getByRole("button", { name: "Sandra Key", exact: true }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await expect(page).toHaveURL("/dashboard?done=signed_in&connection=spark");
  await expect(rowsOf(page)).toHaveCount(1);
  expect((await whoIsSignedIn(context)).id).not.toBe(anna.id);
});

test("links by keys are unlinked like any other", async ({ page, request, context }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  const [personal = ""] = await personalAccessTokens(page, "Sandra Key");
  const [token = "", secret = ""] = await ownTokenAndSecret(page, "Greta Schulz");
  await page.goto("/dashboard");
  await byKeys(page, "Flexmls (Spark)", { "Access key": personal });
  await expect(page).toHaveURL(/done=linked&connection=spark$/);
  await byKeys(page, "ImmoScout24", { "Access key": token, "Secret of the access key": secret });
  await expect(page).toHaveURL(/done=linked&connection=immoscout24$/);
  await expect(rowOf(page, "Flexmls", "Sandra Key")).toBeVisible();
  for (const name of ["Flexmls", "ImmoScout24"]) {
    await unlink(page, name);
    await expect(noticeOf(page)).toContainText("Unlinked");
    await expect(rowOf(page, name)).toHaveCount(0);
  }
  const { links } = await new BackEnd(request).links((await whoIsSignedIn(context)).id);
  expect(links.map(({ connection }: { connection: string }) => connection)).toEqual([
    "mlsconnect-federia",
  ]);
});

type Way = "password" | "keys";

const ways: Record<Way, string> = {
  password: "a user name and password",
  keys: "keys you were given",
};

function formOf(page: Page, portal: string, way: Way) {
  const summary = page.getByText(`Link ${portal} with ${ways[way]}`, { exact: true });
  return page.getByRole("group").filter({ has: summary });
}

async function open(page: Page, portal: string, way: Way) {
  const form = formOf(page, portal, way);
  await form.getByText(`Link ${portal} with`).click();
  return form;
}

function pressLink(page: Page, portal: string, way: Way) {
  const name = `Link ${portal.replace(/ \(.*\)$/, "")}`;
  return formOf(page, portal, way).getByRole("button", { name, exact: true }).click();
}

async function byPassword(page: Page, name: string, password: string) {
  const form = await open(page, "Flexmls (Spark API)", "password");
  await form.getByLabel("User name").fill(name);
  await form.getByLabel("Password", { exact: true }).fill(password);
  await pressLink(page, "Flexmls (Spark API)", "password");
}

async function byKeys(page: Page, portal: string, keys: Record<string, string>) {
  const form = await open(page, portal, "keys");
  if (portal === "Flexmls (Spark API)")
    await form.getByLabel("Role of these keys").selectOption({ label: "Private" });
  for (const [label, key] of Object.entries(keys)) {
    await form.getByLabel(label, { exact: true }).fill(key);
  }
  await pressLink(page, portal, "keys");
}

/** What the user typed is not on the page, and not in an address, a cookie or the log. */
async function expectNowhere(page: Page, typed: string[]) {
  const places = {
    page: await page.content(),
    address: decodeURIComponent(page.url()),
    cookies: JSON.stringify(await page.context().cookies(apps.main.url)),
    log: readFileSync(`${folder}/app-main.log`, "utf8"),
  };
  for (const [place, text] of Object.entries(places)) {
    for (const secret of typed)
      expect(text.includes(secret), `${secret} in the ${place}`).toBe(false);
  }
}

async function singleSessionKeys(page: Page): Promise<string[]> {
  await page.goto(`${simulator.portals}/sparkplatform.com/single-session`);
  return page.locator("code").allTextContents();
}

/** For a developer's key, and for one for replication. */
async function personalAccessTokens(page: Page, person: string): Promise<string[]> {
  return shownTo(page, person, "sparkplatform.com/personal-access-token");
}

async function ownTokenAndSecret(page: Page, person: string): Promise<string[]> {
  return shownTo(page, person, "rest.immobilienscout24.de/self-service/access-token");
}

async function shownTo(page: Page, person: string, path: string): Promise<string[]> {
  await page.goto(`${simulator.portals}/${path}`);
  await page.getByRole("button", { name: person, exact: true }).click();
  await page.locator("code").first().waitFor();
  return page.locator("code").allTextContents();
}
