import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { apps, folder } from "./support/apps";
import { type LinkFlow, linkAttempt } from "./support/flow-endings";
import { signedIn, test } from "./support/test";

const flows: LinkFlow[] = [
  { portal: "Otodom", person: "Olga Nowak" },
  { portal: "Flexmls", person: "Sandra Key" },
  { portal: "ImmoScout24", person: "Greta Schulz" },
  { portal: "Flexmls IDX", person: "Sam Broker" },
  { portal: "Flexmls VOW", person: "Vera Visitor" },
];

test("codes, tokens and secrets are in no page, address, cookie or log", async ({
  page,
  context,
  portals,
}) => {
  test.slow();
  const reading = listen(page);
  const addresses: string[] = [];
  await signedIn(page, "Federia", "Anna Peeters");
  for (const flow of flows) {
    expect(await linkAttempt(page, flow)()).toBe("Linked");
    addresses.push(page.url());
    await page.goto("/dashboard");
  }
  await portals.fault({ at: "me", kind: "error-body-200" });
  const failing = { portal: "MLS Caraïbes", person: "Josiane Célestin" };
  expect(await linkAttempt(page, failing)()).toBe("MLS Caraïbes left something out");
  addresses.push(page.url());
  await page.goto("/dashboard");

  const seen = (await Promise.all(reading)).join("\n");
  const places = {
    "a page": seen,
    "an address": addresses.join("\n"),
    "a cookie": JSON.stringify(await context.cookies(apps.main.url)),
    "the log": readFileSync(`${folder}/app-main.log`, "utf8"),
  };
  expect(seen).toContain("Your portals");
  const secrets = [...(await portals.secrets()), ...ourSecrets()];
  expect(secrets.length).toBeGreaterThan(20);
  for (const [place, text] of Object.entries(places)) {
    expect(
      secrets.filter((secret) => text.includes(secret)),
      `secrets in ${place}`,
    ).toEqual([]);
  }
});

/** All answers of our app to this browser, with their headers. */
function listen(page: Page) {
  const reading: Promise<string>[] = [];
  page.on("response", (response) => {
    if (!response.url().startsWith(apps.main.url)) return;
    reading.push(
      response.allHeaders().then(JSON.stringify),
      response.text().catch(() => ""), // a redirect has no body
    );
  });
  return reading;
}

/** The secrets of our registrations. */
function ourSecrets() {
  return Object.entries(apps.main.settings)
    .filter(([name]) => /_(CLIENT_SECRET|API_KEY)$/.test(name))
    .map(([, value]) => value);
}
