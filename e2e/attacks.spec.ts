import { readFileSync } from "node:fs";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { apps, folder, naive, simulator } from "./support/apps";
import {
  leaveFor,
  noticeOf,
  rowsOf,
  signedIn,
  stoppedAtCallback,
  test,
  whoIsSignedIn,
} from "./support/test";

/**
 * Each attack runs twice: against plain Auth.js, where it succeeds, and against us. The board ignores PKCE, like a
 * Doorkeeper that was not migrated for it. Then only the client can tell one browser from another.
 */

type Target = { name: string; url: string; isVulnerable: boolean };
const targets: Target[] = [
  { name: "plain Auth.js", url: naive.url, isVulnerable: true },
  { name: "Portico", url: apps.main.url, isVulnerable: false },
];

test.use({ expectedConsoleErrors: [/404|Failed to load resource/] }); // the naive app has no pages of its own

test.beforeEach(({ portals }) => portals.reset({ pkce: false }));

for (const { name, url, isVulnerable } of targets) {
  test(`${name}: Start_URL with the board logged in as the attacker ${isVulnerable ? "gives the attacker the account" : "links nothing"}`, async ({
    page,
    context,
  }) => {
    await enter(page, url, "cote-dazur", "Claire Martin"); // the victim
    const claire = await whoIs(context, url);
    expect(claire).toBe("Claire Martin");
    await enter(page, url, "federia", "Bram Declercq"); // the attacker's login, in the victim's browser

    const attacker = await context.browser()?.newContext();
    if (!attacker) throw new Error("no browser");
    await enter(await attacker.newPage(), url, "federia", "Bram Declercq");
    const attackerIs = await whoIs(attacker, url);
    expect(attackerIs === claire).toBe(isVulnerable);
    await attacker.close();
  });

  test(`${name}: the attacker's callback in the victim's browser ${isVulnerable ? "signs the victim in as the attacker" : "does nothing"}`, async ({
    page,
    context,
    portals,
  }) => {
    const callback = await stolenCallback(context, url);
    await page.goto(`${url}/start/mlsconnect/federia`); // any page can make the browser do this
    const before = (await portals.counters()).token;
    await page.goto(callback);
    expect(await whoIs(context, url)).toBe(isVulnerable ? "Bram Declercq" : null);
    expect((await portals.counters()).token - before).toBe(isVulnerable ? 1 : 0);
  });

  test(`${name}: the attacker's callback in the victim's session ${isVulnerable ? "links the attacker's login" : "links nothing"}`, async ({
    page,
    context,
  }) => {
    await enter(page, url, "cote-dazur", "Marc Roux");
    const marc = await whoIs(context, url);
    expect(marc).toBe("Marc Roux");
    const callback = await stolenCallback(context, url);
    await page.goto(`${url}/start/mlsconnect/federia`);
    await page.goto(callback);

    const attacker = await context.browser()?.newContext();
    if (!attacker) throw new Error("no browser");
    await enter(await attacker.newPage(), url, "federia", "Bram Declercq");
    expect((await whoIs(attacker, url)) === marc).toBe(isVulnerable);
    expect(await whoIs(context, url)).toBe("Marc Roux");
    await attacker.close();
  });

  test(`${name}: a callback that comes twice is ${isVulnerable ? "exchanged twice" : "exchanged once"}`, async ({
    page,
    portals,
  }) => {
    const answered = page.waitForRequest(/\/api\/auth\/callback\//);
    const cookies = page
      .waitForRequest(/\/api\/auth\/callback\//)
      .then((request) => request.allHeaders());
    await enter(page, url, "federia", "Anna Peeters");
    const headers = await cookies;
    await fetch((await answered).url(), {
      headers: { cookie: headers.cookie ?? "" },
      redirect: "manual",
    });
    expect((await portals.counters()).token).toBe(isVulnerable ? 2 : 1);
  });

  test(`${name}: a spoofed X-Forwarded-Host ${isVulnerable ? "sends the code to that host" : "changes nothing"}`, async ({
    request,
  }) => {
    const answer = await request.get(`${url}/start/mlsconnect/federia`, {
      maxRedirects: 0,
      headers: { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    });
    const authorize = new URL(answer.headers().location ?? "");
    const back = new URL(authorize.searchParams.get("redirect_uri") ?? "");
    expect(back.host).toBe(isVulnerable ? "evil.example" : new URL(url).host);
  });

  test(`${name}: a wrong token answer ${isVulnerable ? "puts the token into the log" : "puts nothing into the log"}`, async ({
    page,
    portals,
  }) => {
    await portals.fault({ at: "token", kind: "no-token-type" });
    await enter(page, url, "federia", "Anna Peeters");
    const log = readFileSync(`${folder}/app-${isVulnerable ? "naive" : "main"}.log`, "utf8");
    const leaked = (await portals.secrets()).filter((secret) => log.includes(secret));
    expect(leaked.length > 0).toBe(isVulnerable);
  });
}

test("the state of one board is refused at another board's callback", async ({
  page,
  context,
  portals,
}) => {
  const callback = new URL(await stolenCallback(context, apps.main.url, page));
  callback.pathname = callback.pathname.replace("federia", "cote-dazur");
  await page.goto(callback.href);
  await expect(noticeOf(page)).toContainText("The answer came to the wrong address");
  expect((await portals.counters()).token).toBe(0);
  expect(await whoIsSignedIn(context)).toBeNull();
});

test("a link that the attacker began is not finished in the victim's browser, for neither of them", async ({
  page,
  context,
  portals,
}) => {
  const attacker = await context.browser()?.newContext();
  if (!attacker) throw new Error("no browser");
  const attackersTab = await attacker.newPage();
  await signedIn(attackersTab, "Federia", "Bram Declercq");
  const authorize = attackersTab.waitForRequest(/\/oauth\/authorize/);
  await leaveFor(attackersTab, "MLS Côte d'Azur");
  const address = (await authorize).url();

  await signedIn(page, "MLS Caraïbes", "Josiane Célestin");
  await page.goto(address); // "please confirm here"
  await page.getByRole("button", { name: "Claire Martin" }).click();
  await page.getByRole("button", { name: "Authorize", exact: true }).click();
  await expect(noticeOf(page)).toContainText("This was not started in this browser");
  expect((await portals.counters()).token).toBe(2);
  await attackersTab.goto("/dashboard");
  await expect(rowsOf(attackersTab)).toHaveCount(1);
  await attacker.close();
});

test("an address in a query is never used for a redirect", async ({ request }) => {
  const evil = "https://evil.example/";
  const query = new URLSearchParams(
    ["callbackUrl", "redirectTo", "redirect", "next", "returnTo", "return_to", "url", "error"].map(
      (name) => [name, evil],
    ),
  );
  for (const path of [
    "/",
    "/sign-in",
    "/dashboard",
    "/start/mlsconnect/federia",
    "/api/auth/callback/mlsconnect-federia",
    "/api/auth/session",
    "/api/auth/csrf",
    "/api/auth/signout",
    "/api/auth/error",
    "/users/auth/mlsconnect/callback",
    "//evil.example/",
    "/sign-in/..//evil.example",
  ]) {
    const answer = await request.get(`${apps.main.url}${path}?${query}`, { maxRedirects: 0 });
    const location = answer.headers().location;
    if (!location) continue;
    const allowed = [apps.main.url, simulator.portals];
    expect(allowed).toContain(new URL(location, apps.main.url).origin);
  }
});

test("Auth.js's own pages are closed, and its session has four fields of the user", async ({
  page,
  request,
}) => {
  for (const [method, path] of [
    ["GET", "/api/auth/signin"],
    ["GET", "/api/auth/signin/mlsconnect-federia"],
    ["GET", "/api/auth/csrf"],
    ["GET", "/api/auth/providers"],
    ["GET", "/api/auth/error"],
    ["GET", "/api/auth/signout"],
    ["GET", "/api/auth/callback/mlsconnect-nowhere"],
    ["GET", "/users/auth/mlsconnect/callback"], // not shared here
  ] as const) {
    expect(
      (await request.fetch(path, { method, maxRedirects: 0 })).status(),
      `${method} ${path}`,
    ).toBe(404);
  }
  for (const path of [
    "callback/mlsconnect-federia?code=x&state=y",
    "signin/mlsconnect-federia",
    "signout",
    "session",
  ]) {
    for (const method of ["POST", "HEAD", "PUT"]) {
      const answer = await request.fetch(`/api/auth/${path}`, {
        method,
        form: {},
        headers: { origin: apps.main.url },
        maxRedirects: 0,
      });
      expect(answer.status(), `${method} ${path}`).toBe(405);
    }
  }

  await signedIn(page, "Federia", "Anna Peeters");
  const session = await (await page.request.get("/api/auth/session")).json();
  expect(Object.keys(session).toSorted()).toEqual(["expires", "user"]);
  expect(Object.keys(session.user).toSorted()).toEqual(["email", "id", "image", "name"]);
});

test("cookies are HttpOnly and Lax; behind https they are Secure, and a flow's cookie is bound to the host", async ({
  request,
}) => {
  const plain = await request.get(`${apps.main.url}/start/mlsconnect/federia`, { maxRedirects: 0 });
  const proxied = await request.get(`${apps.proxied.url}/start/mlsconnect/federia`, {
    maxRedirects: 0,
  });
  const flowOf = (answer: typeof plain) =>
    answer
      .headersArray()
      .filter(
        ({ name, value }) => name.toLowerCase() === "set-cookie" && value.includes("portico.flow."),
      )
      .map(({ value }) => value);
  expect(flowOf(plain)).toHaveLength(1);
  expect(flowOf(plain)[0]).toMatch(
    /^portico\.flow\.[\w-]{43}=.*; Path=\/;.*HttpOnly; SameSite=lax$/,
  );
  expect(flowOf(proxied)[0]).toMatch(
    /^__Host-portico\.flow\.[\w-]{43}=.*; Path=\/;.*Secure; HttpOnly; SameSite=lax$/,
  );
  const authorize = new URL(proxied.headers().location ?? "");
  expect(authorize.searchParams.get("redirect_uri")).toBe(
    "https://portico.example/api/auth/callback/mlsconnect-federia",
  );
});

test("behind https a flow signs in, and the session cookie is bound to the host", async ({
  page,
}) => {
  const { url } = apps.proxied;
  const started = await fetch(`${url}/start/mlsconnect/federia`, { redirect: "manual" });
  const [flow = ""] = started.headers
    .getSetCookie()
    .filter((line) => line.includes("portico.flow."));
  await page.goto(started.headers.get("location") ?? "");
  await page.getByRole("button", { name: "Anna Peeters" }).click();
  const callback = new URL(await stoppedAtCallback(page));
  expect(callback.origin).toBe("https://portico.example");

  const ended = await fetch(url + callback.pathname + callback.search, {
    headers: { cookie: flow.split(";")[0] ?? "" },
    redirect: "manual",
  });
  expect(ended.headers.get("location")).toBe(
    "https://portico.example/dashboard?done=signed_in&connection=mlsconnect-federia",
  );
  const [session = ""] = ended.headers
    .getSetCookie()
    .filter((line) => line.includes("session-token"));
  expect(session).toMatch(
    /^__Host-authjs\.session-token=[\w-]{43}; Path=\/; Expires=.*; Secure; HttpOnly; SameSite=lax$/,
  );
  const who = await fetch(`${url}/api/auth/session`, {
    headers: { cookie: session.split(";")[0] ?? "" },
  });
  expect((await who.json()).user.name).toBe("Anna Peeters");
});

test("garbage in any parameter never causes a server error", async ({ request }) => {
  const garbage = [
    "",
    "%00",
    "'\"><script>alert(1)</script>",
    "../../etc/passwd",
    "a".repeat(4000),
    "%E0%A4%A",
    "[object Object]",
    "__proto__",
  ];
  for (const value of garbage) {
    const text = encodeURIComponent(value);
    for (const path of [
      `/sign-in?problem=${text}&connection=${text}&reference=${text}&done=${text}&mode=${text}`,
      `/dashboard?problem=${text}`,
      `/api/auth/callback/mlsconnect-federia?code=${text}&state=${text}&error=${text}&error_description=${text}`,
      `/api/auth/callback/mlsconnect-federia?code[]=${text}&state=x`,
      `/start/${text || "x"}/${text || "x"}`,
    ]) {
      const answer = await request.get(path);
      expect(answer.status(), path).toBeLessThan(500);
      expect(await answer.text()).not.toContain("<script>alert(1)");
    }
  }
});

test("a body of ten megabytes is refused, and the app still works", async ({ page, request }) => {
  const body = "x".repeat(10 * 1024 * 1024);
  for (const path of ["/sign-in", "/dashboard"]) {
    const answer = await request.post(path, {
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "next-action": "0".repeat(42),
      },
      data: body,
      maxRedirects: 0,
    });
    expect(answer.status(), path).toBeGreaterThanOrEqual(400);
  }
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: "Sign in with MLSConnect" })).toBeVisible();
});

/** Signs in through Start_URL, with a click on each button that the portal shows. */
async function enter(page: Page, url: string, board: string, person: string) {
  await page.goto(`${url}/start/mlsconnect/${board}`);
  const arrived = page.waitForURL((at) => at.origin === url && !at.pathname.startsWith("/start"));
  for (const name of [person, "Authorize"]) {
    const button = page.getByRole("button", { name, exact: true });
    await Promise.race([button.click().catch(() => {}), arrived]); // the portal may skip either page
  }
  await arrived;
}

/** The attacker's callback address: the attacker agreed at the board, but the browser did not go back to the app. */
async function stolenCallback(victim: BrowserContext, url: string, tab?: Page): Promise<string> {
  const attacker = tab ? null : await victim.browser()?.newContext();
  const page = tab ?? (await attacker?.newPage());
  if (!page) throw new Error("no browser");
  await page.goto(`${url}/start/mlsconnect/federia`);
  await page.getByRole("button", { name: "Bram Declercq" }).click();
  const callback = await stoppedAtCallback(page);
  await attacker?.close();
  return callback;
}

async function whoIs(context: BrowserContext, url: string): Promise<string | null> {
  const session = await (await context.request.get(`${url}/api/auth/session`)).json();
  return session?.user?.name ?? null;
}
