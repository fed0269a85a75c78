import { expect } from "@playwright/test";
import type { Fault } from "./support/portal-simulator";
import { agree, chooseBoard, noticeOf, rowsOf, test, trip, whoIsSignedIn } from "./support/test";

test.use({ javaScriptEnabled: false }); // the page needs no script for its notice, and is faster without

/** Faults of a portal, and the sentence that the page shows for each. */
const faults: [Fault, string][] = [
  [{ at: "token", kind: "hang" }, "Federia took too long to answer"],
  [{ at: "token", kind: "drip" }, "Federia took too long to answer"],
  [{ at: "token", kind: "reset-before" }, "We could not reach Federia"],
  [{ at: "token", kind: "reset-after" }, "We could not reach Federia"],
  [{ at: "token", kind: "error-500" }, "Federia is having trouble"],
  [{ at: "token", kind: "error-503" }, "Federia is having trouble"],
  [{ at: "token", kind: "html-502" }, "Federia is having trouble"],
  [{ at: "token", kind: "html-200" }, "Federia sent a web page instead of an answer"],
  [{ at: "token", kind: "empty-200" }, "Federia sent an empty answer"],
  [{ at: "token", kind: "not-json" }, "We could not read what Federia sent"],
  [{ at: "token", kind: "json-array" }, "Federia left something out"],
  [{ at: "token", kind: "missing-access-token" }, "Federia left something out"],
  [{ at: "token", kind: "oversized" }, "Federia sent far too much"],
  [{ at: "token", kind: "redirect-302" }, "Federia seems to have moved"],
  [{ at: "token", kind: "rate-limited" }, "Federia asks us to slow down"],
  [{ at: "token", kind: "invalid-client" }, "Federia does not recognise Portico"],
  [{ at: "token", kind: "invalid-grant" }, "The permission ended too early"],
  [{ at: "me", kind: "unauthorized" }, "The permission was not accepted"],
  [{ at: "me", kind: "error-body-200" }, "Federia left something out"],
  [{ at: "me", kind: "no-id" }, "Federia left something out"],
  [{ at: "me", kind: "hang" }, "Federia took too long to answer"],
  [{ at: "me", kind: "html" }, "Federia sent a web page instead of an answer"],
  [{ at: "me", kind: "error-500" }, "Federia is having trouble"],
  [{ at: "callback", kind: "deny-without-state" }, "We cannot tell what this answer belongs to"],
  [{ at: "callback", kind: "no-state" }, "We cannot tell what this answer belongs to"],
  [{ at: "callback", kind: "altered-state" }, "This was not started in this browser"],
  [{ at: "callback", kind: "duplicate-state" }, "The answer was not complete"],
  [{ at: "callback", kind: "duplicate-code" }, "The answer was not complete"],
  [{ at: "callback", kind: "no-code" }, "The answer was not complete"],
  [{ at: "callback", kind: "server_error" }, "Federia is having trouble"],
  [{ at: "callback", kind: "temporarily_unavailable" }, "Federia is having trouble"],
  [{ at: "callback", kind: "invalid_scope" }, "Federia does not recognise Portico"],
  [{ at: "callback", kind: "unauthorized_client" }, "Federia does not recognise Portico"],
];

for (const [fault, sentence] of faults) {
  test(`${fault.at} ${fault.kind}: the sign-in fails, and the page says "${sentence}"`, async ({
    page,
    context,
    portals,
  }) => {
    await portals.fault(fault);
    await page.goto(await trip(page, "Federia", "Anna Peeters"));

    const notice = noticeOf(page);
    await expect(notice).toContainText(sentence);
    await expect(notice).toContainText(/Reference [a-z0-9]{8}/);
    expect(await whoIsSignedIn(context)).toBeNull();
    expect((await portals.counters()).token).toBeLessThanOrEqual(1); // a code is used once
    expect((await portals.requests()).filter(({ path }) => path.endsWith("/moved"))).toEqual([]);

    await portals.recover();
    await page.getByRole("button", { name: "Try Federia again" }).click();
    const consent = page.getByRole("button", { name: "Authorize", exact: true });
    await consent.or(page.getByRole("heading", { name: "Your portals" })).waitFor();
    if (await consent.isVisible()) await consent.click();
    await expect(page).toHaveURL(/\/dashboard\?done=signed_in/);
  });
}

for (const fault of [
  { at: "token", kind: "slow" },
  { at: "token", kind: "token-type-lowercase" },
  { at: "token", kind: "no-token-type" },
  { at: "token", kind: "extra-fields" },
  { at: "token", kind: "expires-in-string" },
  { at: "token", kind: "expires-in-zero" },
  { at: "token", kind: "expires-in-absurd" },
  { at: "token", kind: "expires-in-words" },
  { at: "token", kind: "null-refresh-token" },
  { at: "token", kind: "scope-list" },
  { at: "token", kind: "scope-long" },
  { at: "token", kind: "token-type-mac" },
  { at: "token", kind: "id-token-unasked" },
  { at: "me", kind: "null-fields" },
  { at: "me", kind: "numeric-id" },
  { at: "me", kind: "nul-characters" },
  { at: "callback", kind: "extra-params" },
] as const) {
  test(`${fault.at} ${fault.kind}: unusual, but the sign-in succeeds`, async ({
    page,
    portals,
  }) => {
    await portals.fault(fault);
    await page.goto(await trip(page, "Federia", "Anna Peeters"));
    await expect(page).toHaveURL(/\/dashboard\?done=signed_in/);
    await expect(rowsOf(page)).toHaveCount(1);
  });
}

test("after a declined sign-in the person is not signed in, and the page says so", async ({
  page,
  context,
  portals,
}) => {
  await chooseBoard(page, "Federia");
  await page.getByRole("button", { name: "Anna Peeters" }).click();
  await page.getByRole("button", { name: "Deny" }).click();
  await expect(noticeOf(page)).toContainText("You were not signed in");
  expect((await portals.counters()).token).toBe(0);
  expect(await whoIsSignedIn(context)).toBeNull();
});

for (const at of ["authorize", "callback"] as const) {
  test(`after an error page of the portal (${at}) a new sign-in works`, async ({
    page,
    portals,
    expectedConsoleErrors,
  }) => {
    expectedConsoleErrors.push(/status of (4|5)\d\d/);
    await portals.fault({ at, kind: "error-page" });
    await chooseBoard(page, "Federia");
    if (at === "callback") await agree(page, "Anna Peeters");
    await expect(page.getByRole("heading", { name: "something went wrong" })).toBeVisible();
    await portals.recover();
    await chooseBoard(page, "Federia");
    await page
      .getByRole("button", { name: "Anna Peeters" })
      .or(page.getByRole("button", { name: "Authorize", exact: true }))
      .first()
      .click();
    const consent = page.getByRole("button", { name: "Authorize", exact: true });
    await consent.or(page.getByRole("heading", { name: "Your portals" })).waitFor();
    if (await consent.isVisible()) await consent.click();
    await expect(page).toHaveURL(/done=signed_in/);
  });
}
