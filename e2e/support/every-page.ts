import { expect, type Page } from "@playwright/test";
import { apps, crm } from "./apps";
import { connectSession, finishSession } from "./connect-session";
import { finishFlow } from "./flow-endings";
import { agree, askToUnlink, leaveFor, link, openLink, rowOf, signedIn } from "./test";

/** Every page, and how to get there: for tests of what holds on each of them. */

type Arrive = (page: Page) => Promise<unknown>;

/** Each page of the build, and the states in which it has buttons. */
export const pages: Record<string, Record<string, Arrive>> = {
  "/": {},
  "/_not-found": {},
  "/connect/[connection]": {}, // leads on at once
  "/sign-in": {
    "as it is": (page) => page.goto("/sign-in"),
    "with many boards": (page) => page.goto(`${apps.shared.url}/sign-in`),
    "after a problem": (page) =>
      page.goto("/sign-in?problem=timed_out&connection=mlsconnect-federia&reference=abcdefgh"),
    "on the way to connect a portal": (page) => page.goto("/connect/olx-otodom"),
    "after a sign-out of a portal's member": async (page) => {
      await signInWithSpark(page);
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("button", { name: "Sign out of Flexmls too" }).waitFor();
    },
  },
  "/connect/s/[secret]": {
    "with two portals": async (page) => {
      await page.goto((await connectSession({ connections: ["olx-otodom", "immoscout24"] })).url);
    },
    "with one portal connected": async (page) => {
      await page.goto((await connectSession({ connections: ["olx-otodom", "immoscout24"] })).url);
      await page.getByRole("button", { name: "Connect Otodom" }).click();
      await agree(page, "Olga Nowak");
      await page.getByRole("button", { name: "Connect Otodom again" }).waitFor();
    },
  },
  "/dashboard": {
    "with one link": (page) => signedIn(page, "Federia", "Anna Peeters"),
    "with a link of each kind": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await link(page, "Otodom", "Olga Nowak");
      await link(page, "ImmoScout24", "Greta Schulz");
      await rowOf(page, "ImmoScout24").waitFor();
    },
    "with a portal to connect": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await page.goto("/connect/olx-otodom");
    },
    "with a question": async (page) => {
      const other = await page.context().browser()?.newContext({ baseURL: apps.main.url });
      const theirs = await other?.newPage();
      if (!theirs) throw new Error("no second browser");
      await signInWithSpark(theirs);
      await other?.close();
      await signedIn(page, "Federia", "Anna Peeters");
      await page.goto("/dashboard"); // without a notice that could be taken for the question
      await leaveFor(page, "Flexmls");
      await finishFlow(page, "Sandra Key");
      await page.getByRole("button", { name: "Bring it here" }).waitFor();
    },
  },
  "/dashboard/account": {
    "of a person who is signed in elsewhere too": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await page.context().clearCookies({ name: /session-token$/ });
      await page.goto("/start/mlsconnect/federia"); // she is still logged in there
      await page.goto("/dashboard/account");
      await page.getByRole("button", { name: "Sign out everywhere else" }).waitFor();
    },
  },
  "/dashboard/account/delete": {
    "as it is": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await page.goto("/dashboard/account/delete");
    },
  },
  "/dashboard/activity": {
    "as it is": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await page.goto("/dashboard/activity");
    },
  },
  "/dashboard/links/[id]": {
    "as it is": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await openLink(page, "Federia");
    },
    "of a link that other software uses too": async (page) => {
      const { id, url } = await connectSession({ connections: ["mlsconnect-federia"] });
      await page.goto(url);
      await page.getByRole("button", { name: "Connect Federia" }).click();
      const back = page.waitForRequest(`${crm.url}/portals/back?**`);
      await agree(page, "Anna Peeters");
      const code = new URL((await back).url()).searchParams.get("code") ?? "";
      await finishSession(id, code);
      await expect(() => page.goto("/start/mlsconnect/federia")).toPass(); // the way to the CRM, which is not there, may be under way still
      await openLink(page, "Federia");
      await page.getByRole("button", { name: /^Stop Example CRM/ }).waitFor();
    },
  },
  "/dashboard/links/[id]/unlink": {
    "as it is": async (page) => {
      await signedIn(page, "Federia", "Anna Peeters");
      await link(page, "Otodom", "Olga Nowak");
      await askToUnlink(page, "Otodom");
      await page.getByRole("button", { name: /^Unlink/ }).waitFor();
    },
  },
};

/** Addresses at which there is nothing; the second ones are for a person who is signed in. */
export const nowhere = ["/nowhere", "/connect/nowhere", `/connect/s/${"x".repeat(43)}`];
export const ownNowhere = ["/dashboard/links/nowhere", "/dashboard/links/nowhere/unlink"];

async function signInWithSpark(page: Page) {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in with Flexmls" }).click();
  await agree(page, "Sandra Key");
  await page.getByRole("heading", { name: "Your portals" }).waitFor();
}
