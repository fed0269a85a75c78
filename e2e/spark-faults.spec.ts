import { expect } from "@playwright/test";
import { finishFlow, signInAttempt, type Titles, titlesAfterFaults } from "./support/flow-endings";
import {
  agree,
  leaveFor,
  noticeOf,
  rowsOf,
  signedIn,
  stoppedAtCallback,
  test,
  whoIsSignedIn,
} from "./support/test";

/** Faults during a sign-in with Spark, and the sentence that the page shows for each. */

test.use({ javaScriptEnabled: false }); // the page needs no script for its notice, and is faster without

const unsure = "We could not be sure who answered";

const idTokenFaults = [
  "alg-none",
  "hs256-with-secret",
  "hs256-with-public-key",
  "forged-signature",
  "unknown-kid",
  "wrong-iss",
  "wrong-aud",
  "extra-aud-no-azp",
  "wrong-azp",
  "expired",
  "future-iat",
  "wrong-nonce",
  "no-nonce",
  "missing-sub",
  "missing-id-token",
];

const tables: { name: string; titles: Titles }[] = [
  {
    name: "an ID token that has to be rejected",
    titles: Object.fromEntries(idTokenFaults.map((kind) => [`token ${kind}`, unsure])),
  },
  {
    name: "the other answers",
    titles: {
      "callback redirect_uri_mismatch": "Flexmls does not know the way back",
      "callback deny-without-state": "We cannot tell what this answer belongs to",
      "callback access_denied": "You were not signed in",
      "callback other-iss": unsure,
      "token invalid-client": "Flexmls does not recognise Portico",
      "token invalid-grant": "The permission ended too early",
      "token html-502": "Flexmls is having trouble",
      "userinfo other-sub": unsure,
    },
  },
];

for (const { name, titles } of tables) {
  test(`${name}: every fault has its sentence and prevents the sign-in, and then the sign-in works`, async ({
    page,
    context,
    portals,
  }) => {
    test.slow();
    const next = signInAttempt(page, "Sandra Key");
    const another = () => context.clearCookies();
    expect(await titlesAfterFaults(Object.keys(titles), portals, next, another)).toEqual(titles);
    expect(await whoIsSignedIn(context)).toBeNull();
    expect(await next()).toBe("Welcome");
  });
}

/** The app keeps the keys for an hour, or until a signature does not match them. */
test("Spark's keys: every fault has its sentence and prevents the sign-in, and then it works", async ({
  page,
  context,
  portals,
}) => {
  const titles = {
    "keys no-keys": "Flexmls left something out",
    "keys html": "Flexmls sent a web page instead of an answer",
    "keys empty-200": "Flexmls sent an empty answer",
    "keys redirect-302": "Flexmls seems to have moved",
    "keys error-500": "Flexmls is having trouble",
  };
  const next = signInAttempt(page, "Sandra Key");
  expect(await next()).toBe("Welcome");
  await context.clearCookies();
  await portals.options("spark", { signingKey: "renamed" });
  expect(await titlesAfterFaults(Object.keys(titles), portals, next)).toEqual(titles);
  expect(await whoIsSignedIn(context)).toBeNull();
  expect(await next()).toBe("Welcome");
});

test("faults of what is known already, or only adds to the ID token, do not prevent the sign-in", async ({
  page,
  portals,
}) => {
  test.slow();
  const next = signInAttempt(page, "Sandra Key");
  expect(await next()).toBe("Welcome");
  await portals.options("spark", { signingKey: "renamed" });
  const faults = [
    ...[
      "wrong-issuer",
      "html",
      "error-404",
      "redirect-302",
      "missing-endpoints",
      "reset-before",
    ].map((kind) => `discovery ${kind}`),
    ...["no-sub", "error-body-200", "unauthorized", "html", "error-503", "reset-before"].map(
      (kind) => `userinfo ${kind}`,
    ),
    "token no-token-type",
  ];
  const titles = await titlesAfterFaults(faults, portals, next);
  expect(Object.values(titles)).toEqual(faults.map(() => "Welcome"));
});

test("a forged ID token links nothing, and then the link works", async ({ page, portals }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await portals.fault({ at: "token", kind: "forged-signature", times: 1 });
  await leaveFor(page, "Flexmls");
  await agree(page, "Sandra Key");
  await expect(noticeOf(page)).toContainText(unsure);
  await expect(rowsOf(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Try Flexmls again" }).click();
  expect(await finishFlow(page, "Sandra Key")).toBe("Linked");
});

test("an agent whom the Spark API does not know yet can sign in", async ({ page, context }) => {
  expect(await signInAttempt(page, "Tom Newcomer")()).toBe("Welcome");
  expect((await whoIsSignedIn(context)).name).toBe("Tom Newcomer");
});

test("faults of the additional account request do not prevent the sign-in", async ({
  page,
  portals,
}) => {
  const faults = ["code-1000", "code-1023", "code-1550", "html", "no-results", "reset-after"];
  const titles = await titlesAfterFaults(
    faults.map((kind) => `me ${kind}`),
    portals,
    signInAttempt(page, "Sandra Key"),
  );
  expect(Object.values(titles)).toEqual(faults.map(() => "Welcome"));
});

test("unknown parameters in the callback do not prevent the sign-in", async ({ page, portals }) => {
  await portals.fault({ at: "callback", kind: "extra-params" });
  expect(await signInAttempt(page, "Sandra Key")()).toBe("Welcome");
});

test("a key may change between two sign-ins, with a new kid or the same one", async ({
  page,
  portals,
}) => {
  const next = signInAttempt(page, "Sandra Key");
  for (const signingKey of ["first", "rotated", "renamed", "first"]) {
    await portals.options("spark", { signingKey });
    expect(await next()).toBe("Welcome");
  }
  const { keys } = await portals.counters();
  expect(await next()).toBe("Welcome");
  expect((await portals.counters()).keys).toBe(keys); // the keys are read only when they are needed
});

test("without UserInfo the ID token is enough", async ({ page, context, portals }) => {
  const next = signInAttempt(page, "Sandra Key");
  expect(await next()).toBe("Welcome");
  await portals.options("spark", { signingKey: "renamed", userinfoEndpoint: false });
  expect(await next()).toBe("Welcome");
  expect((await portals.counters()).userinfo).toBe(1);
  expect((await whoIsSignedIn(context)).name).toBe("Sandra Key");
});

test("once Spark promises iss in its callbacks, a callback without it is refused", async ({
  page,
  context,
  portals,
}) => {
  const next = signInAttempt(page, "Sandra Key");
  expect(await next()).toBe("Welcome");
  await portals.options("spark", { signingKey: "renamed", authorizationResponseIss: true });
  expect(await next()).toBe("Welcome"); // and the discovery document was read again
  await context.clearCookies();
  const titles = { "callback no-iss": unsure, "callback other-iss": unsure };
  expect(await titlesAfterFaults(Object.keys(titles), portals, next)).toEqual(titles);

  // The app reads a discovery document without the promise again, so that the next tests are not affected.
  await context.clearCookies();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Flexmls" }).click();
  await page.getByRole("button", { name: "Sam Broker", exact: true }).click();
  const callback = await stoppedAtCallback(page);
  await portals.options("spark", { signingKey: "first", authorizationResponseIss: false });
  await page.goto(callback);
  expect(await finishFlow(page, "Sam Broker")).toBe("Welcome");
  expect(await signInAttempt(page, "Sam Broker")()).toBe("Welcome");
});
