import { expect } from "@playwright/test";
import {
  finishFlow,
  signInAttempt,
  type Titles,
  titlesAfterFaults,
  tokenRequests,
} from "./support/flow-endings";
import {
  agree,
  leaveFor,
  noticeOf,
  signedIn,
  stoppedAtCallback,
  test,
  whoIsSignedIn,
} from "./support/test";

/** Everything that goes wrong while somebody signs in with Spark, who has to prove whom it speaks for. */

test.use({ javaScriptEnabled: false }); // the sentences need no script, and are there sooner without

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
    name: "an ID token that OpenID Connect tells us to reject",
    titles: Object.fromEntries(idTokenFaults.map((kind) => [`token ${kind}`, unsure])),
  },
  {
    name: "the other answers",
    titles: {
      "callback redirect_uri_mismatch": "Spark does not know the way back",
      "callback deny-without-state": "We cannot tell what this answer belongs to",
      "callback access_denied": "Nothing was linked",
      "callback other-iss": unsure,
      "token invalid-client": "Spark does not recognise Portico",
      "token invalid-grant": "The permission ran out on the way",
      "token no-token-type": "Spark left something out",
      "token html-502": "Spark is having trouble",
      "userinfo other-sub": unsure,
      "userinfo no-sub": unsure,
      "userinfo error-body-200": unsure,
      "userinfo unauthorized": "The permission was not honoured",
      "userinfo html": "Spark showed us a page instead of answering",
      "userinfo error-503": "Spark is having trouble",
      "userinfo reset-before": "We could not reach Spark",
    },
  },
];

for (const { name, titles } of tables) {
  test(`${name}: each has its sentence, nobody is signed in, and then it works`, async ({
    page,
    context,
    portals,
  }) => {
    test.slow();
    const next = signInAttempt(page, "Sandra Key");
    expect(await titlesAfterFaults(Object.keys(titles), portals, next)).toEqual(titles);
    expect(await whoIsSignedIn(context)).toBeNull();
    expect(await next()).toBe("Welcome");
  });
}

/** The keys are kept for an hour, unless a signature does not fit them. */
for (const { name, titles } of [
  {
    name: "keys",
    titles: {
      "keys no-keys": "Spark left something out",
      "keys html": "Spark showed us a page instead of answering",
      "keys empty-200": "Spark answered with nothing at all",
      "keys redirect-302": "Spark seems to have moved",
      "keys error-500": "Spark is having trouble",
    },
  },
  {
    name: "description of itself",
    titles: {
      "discovery wrong-issuer": unsure,
      "discovery html": "Spark showed us a page instead of answering",
      "discovery error-404": "Spark said no to Portico",
      "discovery redirect-302": "Spark seems to have moved",
      "discovery missing-endpoints": "Spark left something out",
      "discovery not-json": "We could not read what Spark sent",
      "discovery reset-before": "We could not reach Spark",
    },
  },
]) {
  test(`Spark's ${name}: every fault has its sentence, nobody is signed in, and then it works`, async ({
    page,
    context,
    portals,
  }) => {
    const next = signInAttempt(page, "Sandra Key");
    expect(await next()).toBe("Welcome");
    await context.clearCookies();
    await portals.options("spark", { signingKey: "renamed" });
    expect(await titlesAfterFaults(Object.keys(titles), portals, next)).toEqual(titles);
    expect(await whoIsSignedIn(context)).toBeNull();
    // Without a description there is nowhere to go: only the first of those found out at the end of its way.
    if (name !== "keys") expect(await tokenRequests(portals)).toBe(2);
    expect(await next()).toBe("Welcome");
  });
}

test("a forged ID token links nothing either, and then it works", async ({ page, portals }) => {
  await signedIn(page, "Federia", "Anna Peeters");
  await portals.fault({ at: "token", kind: "forged-signature", times: 1 });
  await leaveFor(page, "Spark");
  await agree(page, "Sandra Key");
  await expect(noticeOf(page)).toContainText(unsure);
  await expect(page.getByRole("article")).toHaveCount(1);
  await page.getByRole("button", { name: "Try Spark again" }).click();
  expect(await finishFlow(page, "Sandra Key")).toBe("Linked");
});

test("an agent whom Spark's own records do not know yet can sign in", async ({ page, context }) => {
  expect(await signInAttempt(page, "Tom Newcomer")()).toBe("Welcome");
  expect((await whoIsSignedIn(context)).name).toBe("Tom Newcomer");
});

test("whatever becomes of the account that is asked for besides, nobody is kept out", async ({
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

test("more parameters than anybody knows are no reason to refuse somebody", async ({
  page,
  portals,
}) => {
  await portals.fault({ at: "callback", kind: "extra-params" });
  expect(await signInAttempt(page, "Sandra Key")()).toBe("Welcome");
});

test("a key may change between two sign-ins, with its name or without", async ({
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
  expect((await portals.counters()).keys).toBe(keys); // asked for when they are needed, and not each time
});

test("where there is no userinfo, the ID token says enough", async ({ page, context, portals }) => {
  const next = signInAttempt(page, "Sandra Key");
  expect(await next()).toBe("Welcome");
  await portals.options("spark", { signingKey: "renamed", userinfoEndpoint: false });
  expect(await next()).toBe("Welcome");
  expect((await portals.counters()).userinfo).toBe(1);
  expect((await whoIsSignedIn(context)).name).toBe("Sandra Key");
});

test("once Spark says who answers, an answer that does not say so is not believed", async ({
  page,
  context,
  portals,
}) => {
  const next = signInAttempt(page, "Sandra Key");
  expect(await next()).toBe("Welcome");
  await portals.options("spark", { signingKey: "renamed", authorizationResponseIss: true });
  expect(await next()).toBe("Welcome"); // and its description has been read anew
  await context.clearCookies();
  const titles = { "callback no-iss": unsure, "callback other-iss": unsure };
  expect(await titlesAfterFaults(Object.keys(titles), portals, next)).toEqual(titles);

  // It says so once more, and takes it back: the tests that follow meet a Spark that never has.
  await context.clearCookies();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Spark" }).click();
  await page.getByRole("button", { name: "Sam Broker", exact: true }).click();
  const callback = await stoppedAtCallback(page);
  await portals.options("spark", { signingKey: "first", authorizationResponseIss: false });
  await page.goto(callback);
  expect(await finishFlow(page, "Sam Broker")).toBe("Welcome");
  expect(await signInAttempt(page, "Sam Broker")()).toBe("Welcome");
});
