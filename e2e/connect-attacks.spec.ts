import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type APIRequestContext, type BrowserContext, expect, type Page } from "@playwright/test";
import { apps, crm as crmPlace, folder, naive, simulator } from "./support/apps";
import { crmKey } from "./support/connect-session";
import { DoorClient } from "./support/door-client";
import { startExampleCrm } from "./support/example-crm";
import { BACK, type Habits, type SmallCrm, startSmallCrm } from "./support/small-crm";
import {
  agree,
  agreeUnseen,
  test as base,
  buttonsOf,
  leaveFor,
  noticeOf,
  rowsOf,
  signedIn,
  stoppedAtCallback,
} from "./support/test";

/**
 * Each attack on connect sessions runs twice: against a naive door, where it succeeds, and against us. Mallory and Vera are people of one
 * CRM. Otodom does not say whose account it is, so only the door can tell them apart: there Mallory is Piotr Pusty, and Vera is Olga Nowak.
 */

const MALLORYS = "Piotr Pusty";
const VERAS = "Olga Nowak";

type Door = { name: string; isVulnerable: boolean; url: string };

const portico: Door = { name: "Portico", isVulnerable: false, url: apps.main.url };
const doors: Door[] = [{ name: "a naive door", isVulnerable: true, url: naive.url }, portico];

/** The naive door looks at no key. */
const clientOf = ({ url }: Door, which: "crm" | "other" = "crm") =>
  new DoorClient({ url, key: keyOf(which) });

const keyOf = (which: "crm" | "other") =>
  which === "crm" ? crmKey(apps.main) : readFileSync(`${folder}/other-key`, "utf8");

/** Leaves all protection to the door. */
const plain: Habits = { finishesFor: "who has come", verifier: "none" };

type Fixtures = {
  /** A page in another browser than `page`. */
  mallory: Page;
  /** Starts a CRM that sends its people to this door. */
  open: (door: Door, habits?: Habits) => Promise<SmallCrm>;
};

const test = base.extend<Fixtures>({
  mallory: async ({ browser }, use) => {
    const context = await browser.newContext();
    await use(await context.newPage());
    await context.close();
  },
  open: async ({ browserName: _ }, use) => {
    const opened: SmallCrm[] = [];
    await use(async ({ url }, habits = plain) => {
      const crm = await startSmallCrm({ url, key: keyOf("crm") }, habits);
      opened.push(crm);
      return crm;
    });
    for (const crm of opened) await crm.close();
  },
});

test.use({ expectedConsoleErrors: [/status of (400|403|404)/] });

const NOT_FINISHED = "This could not be finished.";
const NOT_BEGUN_HERE = "This was not started in this browser";
const IN_USE = "This address is already in use";
const OVER = "There is nothing left to do here";

for (const door of doors) {
  const { name, isVulnerable } = door;
  const gets = isVulnerable ? "gets" : "does not get";

  test(`${name}: Mallory ${gets} the portal of Vera, who is logged in at the CRM, by the address of a session`, async ({
    page: vera,
    mallory,
    open,
  }) => {
    const crm = await open(door);
    await crm.enter(mallory, "mallory");
    await crm.enter(vera, "vera");
    await vera.goto(await crm.leave(mallory));
    await connect(vera, VERAS);
    await expect(vera.getByRole("status")).toHaveText(isVulnerable ? "Connected." : NOT_FINISHED);
    expect(await crm.portalsOf("mallory")).toEqual(isVulnerable ? [VERAS] : []);
    if (!isVulnerable) expect(await crm.portalsOf("vera")).toEqual([]);
  });

  test(`${name}: Mallory ${gets} the portal of Vera, who is not logged in at the CRM, by the address of a session`, async ({
    page: vera,
    mallory,
    open,
  }) => {
    const crm = await open(door);
    await crm.enter(mallory, "mallory");
    await vera.goto(await crm.leave(mallory));
    await connect(vera, VERAS);
    await expect(vera.getByRole("status")).toHaveText("Log in first.");
    expect(await crm.portalsOf("mallory")).toEqual(isVulnerable ? [VERAS] : []);
    if (isVulnerable) return;
    const back = vera.url();
    await crm.enter(vera, "vera");
    await vera.goto(back);
    await expect(vera.getByRole("status")).toHaveText(NOT_FINISHED);
    expect([await crm.portalsOf("mallory"), await crm.portalsOf("vera")]).toEqual([[], []]);
  });

  test(`${name}: Mallory ${gets} Vera's portal by the address of a session that is begun in Mallory's browser`, async ({
    page: vera,
    mallory,
    open,
  }) => {
    const crm = await open(door);
    await crm.enter(mallory, "mallory");
    const address = await crm.leave(mallory);
    await press(mallory);
    await vera.goto(address);
    if (isVulnerable) await connect(vera, VERAS);
    else await expectClosed(vera, IN_USE);
    expect(await crm.portalsOf("mallory")).toEqual(isVulnerable ? [VERAS] : []);
  });

  test(`${name}: Mallory ${gets} Vera's portal by the address of the portal's page`, async ({
    page: vera,
    mallory,
    open,
  }) => {
    const crm = await open(door);
    await crm.enter(mallory, "mallory");
    await crm.leave(mallory);
    const asked = mallory.waitForRequest(/\/crm\/authorization/);
    await press(mallory);
    await vera.goto((await asked).url());
    await agree(vera, VERAS);
    if (isVulnerable) await expect(vera.getByRole("status")).toHaveText("Log in first.");
    else await expect(noticeOf(vera)).toContainText(NOT_BEGUN_HERE);
    expect(await crm.portalsOf("mallory")).toEqual(isVulnerable ? [VERAS] : []);
  });

  test(`${name}: Vera ${gets} Mallory's portal by the address of Mallory's way back to the CRM`, async ({
    page: vera,
    request: mallory,
    open,
  }) => {
    const crm = await open(door);
    const { back } = await cameBack(mallory, await crm.begin("mallory"), MALLORYS);
    await crm.enter(vera, "vera");
    await vera.goto(back);
    await expect(vera.getByRole("status")).toHaveText(isVulnerable ? "Connected." : NOT_FINISHED);
    expect(await crm.portalsOf("vera")).toEqual(isVulnerable ? [MALLORYS] : []);
  });

  test(`${name}: Vera ${gets} Mallory's portal by the address of Mallory's way back from the portal`, async ({
    page: vera,
    mallory,
    open,
  }) => {
    const crm = await open(door);
    await mallory.goto((await crm.begin("mallory")).address);
    await press(mallory);
    await mallory.getByRole("button", { name: MALLORYS, exact: true }).click();
    const callback = await stoppedAtCallback(mallory);
    await crm.enter(vera, "vera");
    await vera.goto(callback);
    if (isVulnerable) await expect(vera.getByRole("status")).toHaveText("Connected.");
    else await expect(noticeOf(vera)).toContainText(NOT_BEGUN_HERE);
    expect(await crm.portalsOf("vera")).toEqual(isVulnerable ? [MALLORYS] : []);
  });

  test(`${name}: another client ${isVulnerable ? "reads and finishes a session" : "does not find a session"}, with a code from a log`, async ({
    request: vera,
    open,
  }) => {
    const crm = await open(door);
    const other = clientOf(door, "other");
    const { id, code } = await cameBack(vera, await crm.begin("vera"), VERAS);
    const proof = { code, external_id: crm.idOf("vera") };
    expect((await other.session(id)).status).toBe(isVulnerable ? 200 : 404);
    expect((await other.finish(id, proof)).status).toBe(isVulnerable ? 200 : 404);
    expect(await other.portalsOf(crm.idOf("vera"))).toEqual(isVulnerable ? [VERAS] : []);
    expect((await crm.client.finish(id, proof)).status).toBe(200);
    expect(await crm.portalsOf("vera")).toEqual([VERAS]);
  });

  for (const when of ["before", "after"] as const) {
    test(`${name}: Mallory ${gets} Vera's portal by a code from a log, ${when} Vera has used it`, async ({
      page: mallory,
      request: vera,
      open,
    }) => {
      const crm = await open(door);
      const { id, code, back } = await cameBack(vera, await crm.begin("vera"), VERAS);
      const finish = () => crm.client.finish(id, { code, external_id: crm.idOf("vera") });
      if (when === "after") expect((await finish()).status).toBe(200);
      await crm.enter(mallory, "mallory");
      await mallory.goto(back);
      await expect(mallory.getByRole("status")).toHaveText(
        isVulnerable ? "Connected." : NOT_FINISHED,
      );
      expect(await crm.portalsOf("mallory")).toEqual(isVulnerable ? [VERAS] : []);
      if (isVulnerable) return;
      expect((await finish()).status).toBe(when === "after" ? 200 : 409); // better none than another's
      expect(await crm.portalsOf("vera")).toEqual(when === "after" ? [VERAS] : []);
    });
  }

  test(`${name}: Mallory ${gets} Vera's portal by the address of a session and, from a log, Vera's way back`, async ({
    page: vera,
    mallory,
    open,
  }) => {
    const crm = await open(door, { finishesFor: "who has come", verifier: "in the visit" });
    await crm.enter(mallory, "mallory");
    await crm.enter(vera, "vera");
    await vera.goto(await crm.leave(mallory));
    await connect(vera, VERAS);
    await mallory.goto(vera.url()); // where Mallory's verifier is
    await expect(mallory.getByRole("status")).toHaveText(
      isVulnerable ? "Connected." : NOT_FINISHED,
    );
    expect(await crm.portalsOf("mallory")).toEqual(isVulnerable ? [VERAS] : []);
  });

  test(`${name}: five finishes at once make ${isVulnerable ? "five sets" : "one set"} of links`, async ({
    request: vera,
    open,
  }) => {
    const crm = await open(door);
    const { id, code } = await cameBack(vera, await crm.begin("vera"), VERAS);
    const external_id = crm.idOf("vera");
    const before = await crm.client.links(external_id);
    const finishes = Array.from({ length: 5 }, () => crm.client.finish(id, { code, external_id }));
    const answers = await Promise.all(finishes);
    const said = answers.filter(({ status }) => status !== 409);
    expect(said.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(said.map(({ body }) => JSON.stringify(body))).size).toBe(isVulnerable ? 5 : 1);
    const after = await crm.client.links(external_id);
    expect(after.length - before.length).toBe(isVulnerable ? 5 : 1);
  });

  test(`${name}: return addresses like the registered one are ${isVulnerable ? "taken" : "refused"}`, async () => {
    const client = clientOf(door, "other");
    for (const return_url of lookalikes) {
      const { status } = await client.begin("vera", { connections: ["olx-otodom"], return_url });
      expect([return_url, isRegistered(return_url), status]).toEqual([
        return_url,
        false,
        isVulnerable ? 201 : 400,
      ]);
    }
  });

  test(`${name}: a way back that Mallory has named ${isVulnerable ? "brings Vera's code to Mallory's site" : "is refused"}`, async ({
    page: vera,
    elsewhere,
    open,
  }) => {
    const crm = await open(door);
    const { host } = new URL(elsewhere("This is Mallory's."));
    await crm.enter(vera, "vera");
    await crm.leave(vera, { back: `${crmPlace.url}@${host}/portals/back` }); // as in a link that she was sent
    if (!isVulnerable) {
      await expect(vera.getByRole("status")).toHaveText("This cannot be done.");
      return;
    }
    await connect(vera, VERAS);
    const there = new URL(vera.url());
    expect([there.host, there.searchParams.has("code")]).toEqual([host, true]);
  });

  for (const when of ["in use", "finished"] as const) {
    test(`${name}: Vera ${gets} Mallory's portal by an address from a log, of a session that is ${when}`, async ({
      page: mallory,
      request: vera,
      open,
    }) => {
      const crm = await open(door);
      const begun = await crm.begin("vera");
      await mallory.goto(begun.address); // before Vera
      const { id, code } = await cameBack(vera, begun, VERAS);
      const finish = () => crm.client.finish(id, { code, external_id: crm.idOf("vera") });
      if (when === "finished") expect((await finish()).status).toBe(200);
      if (isVulnerable) {
        await connect(mallory, MALLORYS);
        await finish();
      } else {
        const closed = when === "finished" ? OVER : IN_USE;
        await mallory.getByRole("button", { name: "Connect Otodom", exact: true }).click();
        await expectClosed(mallory, closed);
        for (const address of [begun.address, `${begun.address}/back`]) {
          await mallory.goto(address);
          await expectClosed(mallory, closed);
        }
        expect((await finish()).status).toBe(200); // she has changed nothing
      }
      expect(await crm.portalsOf("vera")).toEqual(isVulnerable ? [VERAS, MALLORYS] : [VERAS]);
    });
  }

  test(`${name}: a session's page in a frame of another site ${isVulnerable ? "can be pressed" : "is not shown"}`, async ({
    page: vera,
    elsewhere,
    expectedConsoleErrors,
    open,
  }) => {
    expectedConsoleErrors.push(/frame-ancestors/);
    const crm = await open(door);
    const { id, address } = await crm.begin("mallory");
    await vera.goto(elsewhere(`<iframe src="${address}"></iframe>`));
    const frame = vera.frameLocator("iframe");
    if (isVulnerable) {
      await frame.getByRole("button", { name: "Connect Otodom" }).click();
      await expect(frame.getByRole("button", { name: VERAS })).toBeVisible(); // at the portal
      return;
    }
    await expect(frame.getByRole("button")).toHaveCount(0);
    await vera.goto(address);
    await expect(vera.getByRole("button", { name: "Connect Otodom" })).toBeVisible();
    expect((await crm.client.session(id)).body.status).toBe("open");
  });

  test(`${name}: a session's button that a form of another site presses ${isVulnerable ? "leads to the portal" : "does nothing"}`, async ({
    page: vera,
    elsewhere,
    open,
  }) => {
    const crm = await open(door);
    const { id, address } = await crm.begin("mallory");
    await vera.goto(address); // her browser has the page's cookie now
    const forms = vera.locator("form");
    for (const form of isVulnerable ? [forms.first()] : await forms.all()) {
      await vera.goto(address);
      const fields = await form.evaluate((it: HTMLFormElement) => [...new FormData(it)] as never);
      await vera.goto(elsewhere(formTo(address, fields)));
      await vera.getByRole("button", { name: "Win" }).click();
      if (isVulnerable) await agree(vera, VERAS);
      else
        await expect(vera.getByRole("heading")).toHaveText("This did not come from our own page");
    }
    if (isVulnerable) await expect(vera.getByRole("status")).toHaveText("Log in first.");
    else expect((await crm.client.session(id)).body.status).toBe("open");
    expect(await crm.portalsOf("mallory")).toEqual(isVulnerable ? [VERAS] : []);
  });
}

const REGISTERED = "https://crm.example/portals/back";

/** Each has the address of the CRM in it, and leads elsewhere or says more than it may. */
const lookalikes = [
  "https://crm.example.evil.example/portals/back",
  "https://crm.example%2eevil.example/portals/back",
  "https://crm.example。evil.example/portals/back", // a full stop, for browsers
  "https://crm.exampleа/portals/back", // with a letter of another alphabet: xn--…
  "https://crm.example./portals/back",
  "https://crm.example:8443/portals/back",
  "https://crm.example@evil.example/portals/back",
  "https://crm.example:443@evil.example/portals/back",
  "https://mallory@https://crm.example/portals/back",
  "https://crm.example\\@evil.example/portals/back",
  "https://evil.example\\https://crm.example/portals/back",
  "https://evil.example/https://crm.example/portals/back",
  "https://evil.example/?https://crm.example/portals/back",
  "https://evil.example/#https://crm.example/portals/back",
  "//evil.example/https://crm.example/portals/back",
  "https://crm.example//portals/back",
  "https://crm.example//evil.example/portals/back",
  "https://crm.example/portals/back/",
  "https://crm.example/portals/back/../../open",
  "https://crm.example/portals/back/%2e%2e/open",
  "https://crm.example/portals/back/..%2fopen",
  "https://crm.example/portals/back\\..\\open",
  "https://crm.example/portals%2Fback",
  "https://crm.example/portals/back%00",
  "https://crm.example/portals/back;open",
  "https://crm.example/Portals/Back",
  "https://crm.example/portals/back#",
  "https://crm.example/portals/back#?",
  "https://crm.example/portals/back?session=cs_another",
  "https://crm.example/portals/back?tab=1&code=another",
  "https://crm.example/portals/back?status=linked",
  "https://crm.example/portals/back?%63ode=another",
  "javascript:alert(1)//https://crm.example/portals/back",
  "data:text/html,https://crm.example/portals/back",
  "blob:https://crm.example/portals/back",
  "ftp://https://crm.example/portals/back",
];

/** Whether a browser takes it for the registered address, and the CRM for a query of its own. */
function isRegistered(address: string) {
  if (!URL.canParse(address) || address.includes("#")) return false;
  const { origin, pathname, username, searchParams } = new URL(address);
  const isTheirs = !["session", "code", "status"].some((name) => searchParams.has(name));
  return `${origin}${pathname}` === REGISTERED && username === "" && isTheirs;
}

test("Portico: the registered address, written in another way, leads to itself", async ({
  request,
}) => {
  for (const return_url of [
    "HTTPS://CRM.EXAMPLE:443/portals/back?tab=1",
    "https://crm.example/open/../portals/back?tab=1",
    "https:\\\\crm.example\\portals\\back?tab=1",
  ]) {
    const wish = { connections: ["olx-otodom"], return_url };
    const { status, body } = await clientOf(portico, "other").begin("vera", wish);
    expect([return_url, status]).toEqual([return_url, 201]);
    const answer = await pressUnseen(request, String(body.url), "Go back to Other CRM", {
      maxRedirects: 0,
    });
    const { location = "" } = answer.headers();
    expect(location).toBe(`${REGISTERED}?tab=1&session=${body.id}&status=declined`);
  }
});

/** CRMs that finish a session with the id that they have remembered for it. */
const lazy: { verifier: Habits["verifier"]; isEnough: boolean }[] = [
  { verifier: "none", isEnough: false },
  { verifier: "beside the session", isEnough: false },
  { verifier: "in the visit", isEnough: true },
];

for (const { verifier, isEnough } of lazy) {
  test(`Portico: a CRM that does not look who has come ${isEnough ? "is saved by" : "loses Vera's portal to Mallory, with"} this verifier: ${verifier}`, async ({
    page: vera,
    mallory,
    open,
  }) => {
    const crm = await open(portico, { finishesFor: "the remembered", verifier });
    await crm.enter(mallory, "mallory");
    await crm.enter(vera, "vera");
    await vera.goto(await crm.leave(mallory));
    await expect(vera.getByText("This is for")).toContainText(crm.idOf("mallory")); // she could have seen it
    await connect(vera, VERAS);
    await expect(vera.getByRole("status")).toHaveText(isEnough ? NOT_FINISHED : "Connected.");
    expect(await crm.portalsOf("mallory")).toEqual(isEnough ? [] : [VERAS]);
    expect(readFileSync("docs/api.md", "utf8")).toContain(`
| with the remembered id of Mallory | **Mallory has Vera's adverts** | the verifier is in Mallory's session, and Vera's browser does not have it: 409 |
| with the remembered id, and a verifier remembered beside it | **the same** | **the same** |
`);
  });
}

test("the example CRM: Mallory's way back, in Vera's browser, connects nothing for Vera and says so", async ({
  page: vera,
  mallory,
}) => {
  const example = await startExampleCrm();
  const login = async (page: Page, agent: string) => {
    await page.goto(`${crmPlace.url}/login`);
    await page.getByRole("button", { name: agent }).click();
    await page.getByRole("button", { name: "Connect Otodom" }).waitFor();
  };
  try {
    const before = await clientOf(portico).links("agent-7");
    await login(mallory, "Jonas Brandt");
    await mallory.getByRole("button", { name: "Connect Otodom" }).click();
    await mallory.getByRole("heading", { name: "Connect Otodom for Example CRM" }).waitFor();
    await mallory.context().clearCookies({ domain: "127.0.0.1" }); // so that the CRM does not finish it for her
    const back = mallory.waitForRequest(/\/portals\/back\?/);
    await connect(mallory, MALLORYS);
    await login(vera, "Marta Lis");
    await vera.goto((await back).url());
    await expect(vera.getByRole("alert")).toContainText("You did not begin this here");
    expect(await clientOf(portico).links("agent-7")).toEqual(before);
  } finally {
    example.kill("SIGTERM");
    await new Promise((resolve) => example.once("exit", resolve));
  }
});

type Mode = {
  name: string;
  portal: string;
  connection: string;
  login: string;
  /** Begins a trip of this mode, and arrives at the portal. */
  begin: (page: Page, door: Door, as: string) => Promise<unknown>;
  /** What such a trip changes. */
  effect: (page: Page, door: Door) => Promise<unknown>;
  done: (before: unknown) => unknown;
};

/** What else a callback is for. */
const modes: Mode[] = [
  {
    name: "sign-in",
    portal: "Federia",
    connection: "mlsconnect-federia",
    login: "Nina Vide", // without an e-mail address, by which the naive app would know her again
    begin: (page, { url }) => page.goto(`${url}/start/mlsconnect/federia`),
    effect: async (page, { url }) => (await userAt(page.context(), url)) ?? null,
    done: () => "Nina Vide",
  },
  {
    name: "link",
    portal: "Otodom",
    connection: "olx-otodom",
    login: MALLORYS,
    begin: async (page, { isVulnerable, url }, as) => {
      if (isVulnerable) {
        await page.goto(`${url}/tutorial/enter?as=${as}`);
        await page.goto(`${url}/tutorial/start?portal=olx&for=finisher`);
        return;
      }
      await signedIn(page, "MLS Côte d'Azur", as === "vera" ? "Claire Martin" : "Marc Roux");
      await leaveFor(page, "Otodom");
      await page.waitForURL((url) => url.origin === simulator.portals);
    },
    effect: async (page, { isVulnerable, url }) => {
      if (isVulnerable) {
        return Number(await (await page.request.get(`${url}/tutorial/links`)).text());
      }
      await page.goto(`${url}/dashboard`);
      await page.getByRole("heading", { level: 1, name: "Your portals" }).waitFor();
      return (await rowsOf(page).count()) - 1;
    },
    done: (before) => Number(before) + 1,
  },
];

for (const door of doors) {
  for (const { name, portal, connection, login, begin, effect, done } of modes) {
    const { isVulnerable } = door;

    test(`${door.name}: the callback of a connect session ${isVulnerable ? "is taken for" : "does nothing in"} a ${name} of Vera's`, async ({
      page: vera,
      mallory,
      portals,
      open,
    }) => {
      await portals.reset({ pkce: false }); // the portal is not to help
      const crm = await open(door);
      await crm.enter(mallory, "mallory");
      await crm.leave(mallory, { portal: connection });
      await press(mallory, portal);
      const callback = await answered(mallory, login);
      await begin(vera, door, "vera");
      const before = await effect(vera, door);
      await vera.goto(callback);
      if (!isVulnerable) await expect(noticeOf(vera)).toContainText(NOT_BEGUN_HERE);
      expect(await effect(vera, door)).toEqual(isVulnerable ? done(before) : before);
      expect(await crm.portalsOf("mallory")).toEqual([]);
    });

    test(`${door.name}: the callback of a ${name} ${isVulnerable ? "is taken for" : "does nothing in"} a connect session of Vera's`, async ({
      page: vera,
      mallory,
      portals,
      open,
    }) => {
      await portals.reset({ pkce: false });
      const crm = await open(door);
      await begin(mallory, door, "mallory");
      const callback = await answered(mallory, login);
      await crm.enter(vera, "vera");
      const address = await crm.leave(vera, { portal: connection });
      await press(vera, portal);
      await vera.goto(callback);
      if (isVulnerable) await expect(vera.getByRole("status")).toHaveText("Connected.");
      else await expect(noticeOf(vera)).toContainText(NOT_BEGUN_HERE);
      expect(await userAt(vera.context(), door.url)).toBeUndefined();
      expect(await crm.portalsOf("vera")).toEqual(isVulnerable ? [login] : []);
      if (isVulnerable) return;
      await vera.goto(address);
      await expect(vera.getByRole("button", { name: `Connect ${portal}` })).toBeVisible();
    });
  }
}

const SHORTEST_SECONDS = 60;

/** Sessions as short as they may be, begun before the other tests so that few seconds are left to wait; Mallory has their pages open. */
const ending = new Map<Door, Ending>();
type Ending = { id: string; address: string; externalId: string; page: Page };
let endsAt = 0;

test.beforeAll(async ({ browser }) => {
  for (const door of doors) {
    const externalId = `vera-${randomUUID()}`;
    const wish = { connections: ["olx-otodom"], return_url: BACK, expires_in: SHORTEST_SECONDS };
    const { body } = await clientOf(door).begin(externalId, wish);
    const { id, url: address } = body as { id: string; url: string };
    const page = await browser.newPage();
    await page.goto(address);
    ending.set(door, { id, address, externalId, page });
  }
  endsAt = Date.now() + SHORTEST_SECONDS * 1_000;
});

test.afterAll(async () => {
  for (const { page } of ending.values()) await page.close();
});

for (const door of doors) {
  const { name, isVulnerable } = door;

  test(`${name}: Vera ${isVulnerable ? "gets" : "does not get"} Mallory's portal by an address from a log, of a session whose time is over`, async ({
    open,
  }) => {
    test.setTimeout(SHORTEST_SECONDS * 1_000 + 30_000);
    await open(door);
    const { id, address, externalId, page: mallory } = ending.get(door) as Ending;
    await sleep(Math.max(0, endsAt - Date.now()));
    if (isVulnerable) {
      await connect(mallory, MALLORYS);
    } else {
      await mallory.getByRole("button", { name: "Connect Otodom", exact: true }).click();
      await expectClosed(mallory, OVER);
      await mallory.goto(address);
      await expectClosed(mallory, OVER);
      expect((await clientOf(door).session(id)).body.status).toBe("expired");
    }
    expect(await clientOf(door).portalsOf(externalId)).toEqual(isVulnerable ? [MALLORYS] : []);
  });
}

/** Presses the button of the session's page, and arrives at the portal. */
async function press(page: Page, portal = "Otodom") {
  await page.getByRole("button", { name: `Connect ${portal}`, exact: true }).click();
  await page.waitForURL((url) => url.origin === simulator.portals);
}

/** Goes to the portal from the session's page, and agrees there. */
async function connect(page: Page, person: string) {
  await press(page);
  await agree(page, person);
  await page.waitForURL((url) => url.origin !== simulator.portals);
}

/** Logs in at the portal and agrees, but does not go on; resolves to the callback. */
async function answered(page: Page, person: string) {
  await page.getByRole("button", { name: person, exact: true }).click();
  return stoppedAtCallback(page);
}

async function expectClosed(page: Page, title: string) {
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(title);
  await expect(buttonsOf(page)).toHaveCount(0);
}

/** As in a browser: a person connects in a session, and comes back to the CRM, where they are not logged in. */
async function cameBack(
  request: APIRequestContext,
  { id, address }: { id: string; address: string },
  person: string,
) {
  const login = await pressUnseen(request, address, "Connect Otodom");
  const back = await agreeUnseen(request, login, person);
  expect(back).toContain(`${BACK}?`);
  return { id, back, code: new URL(back).searchParams.get("code") ?? "" };
}

/** Sends a form of a session's page as a browser without scripts does. */
async function pressUnseen(
  request: APIRequestContext,
  address: string,
  button: string,
  options: { maxRedirects?: number } = {},
) {
  const page = await (await request.get(address)).text();
  const form =
    page
      .split("<form ")
      .slice(1)
      .find((each) => each.includes(button)) ?? "";
  const inputs = [...form.matchAll(/<input[^>]* name="([^"]*)"(?: value="([^"]*)")?/g)];
  const multipart = Object.fromEntries(inputs.map(([, name, value = ""]) => [name, value]));
  const headers = { origin: new URL(address).origin };
  return request.post(address, { multipart, headers, ...options });
}

/** A form for a site of others. */
function formTo(address: string, fields: [string, string][]) {
  const inputs = fields.map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  );
  return `<form method="post" enctype="multipart/form-data" action="${address}">${inputs.join("")}<button>Win</button></form>`;
}

async function userAt(context: BrowserContext, url: string): Promise<string | undefined> {
  const session = await (await context.request.get(`${url}/api/auth/session`)).json();
  return session?.user?.name;
}
