import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Locator, Page } from "@playwright/test";

/** A press on the sign-in page by a person who does not wait until it is all there. */
export type EarlyPress = {
  url: string;
  portals: string;
  /** From the moment at which the page begins to arrive. */
  afterMs: number;
  /** When the page's scripts come, from the same moment. */
  scriptsAfterMs: number;
  /** On a first visit no board is chosen yet; "as it was left" is with the board of an earlier one. */
  how: "nothing chosen" | "as it was left" | "a board" | "words and button" | "words and Enter";
  /** Which of the boards; more than there are begins again. */
  board: number;
  /** How many times slower the processor is. */
  slowdown: number;
  width: number;
};

export type Outcome = {
  press: EarlyPress;
  /** "right" is the board that was meant, or to be asked to choose one where none was. */
  end: "right" | "wrong" | "lost";
  /** Whether the browser sent the form by itself, before the page's script could. */
  byBrowser: boolean;
};

/** Between looking where the button is and pressing there. */
const REACTION_MS = 150;
const PATIENCE_MS = 60_000;

/** The board of an earlier visit. */
const LEFT = "mlsconnect-caraibes";

/** Opens the sign-in page in a fresh browser context, presses, and tells where that has led. */
export async function earlyPress(browser: Browser, press: EarlyPress): Promise<Outcome> {
  const viewport = { width: press.width, height: 900 };
  const context = await browser.newContext({ viewport, locale: "en-GB" });
  try {
    const page = await context.newPage();
    const devTools = await context.newCDPSession(page);
    await devTools.send("Emulation.setCPUThrottlingRate", { rate: press.slowdown });
    return await pressOn(page, press);
  } finally {
    await context.close();
  }
}

async function pressOn(page: Page, press: EarlyPress): Promise<Outcome> {
  const asked: string[] = [];
  let byBrowser = false;
  page.on("request", (request) => {
    const { origin, pathname, searchParams } = new URL(request.url());
    if (origin === press.portals && pathname.endsWith("/oauth/authorize"))
      asked.push(searchParams.get("client_id") ?? "");
    if (request.method() === "POST" && request.isNavigationRequest()) byBrowser = true;
  });
  let began = performance.now();
  const until = (afterMs: number) => sleep(Math.max(0, began + afterMs - performance.now()));
  await page.route("**/_next/static/**/*.js", async (route) => {
    await until(press.scriptsAfterMs);
    await route.continue().catch(() => {}); // the page may be gone by then
  });
  if (press.how === "as it was left") {
    const last = { name: "portico.last-connection", value: LEFT, url: press.url };
    await page.context().addCookies([last]);
  }
  await page.goto(`${press.url}/sign-in`, { waitUntil: "commit" });
  began = performance.now();

  const boards = page.getByLabel("Board", { exact: true });
  const button = page.getByRole("button", { name: "Sign in with MLSConnect" });
  await boards.waitFor();
  const values = await boards.locator("option:not([value=''])").evaluateAll((options) =>
    options.map((option) => ({
      value: option.getAttribute("value") ?? "",
      label: option.textContent ?? "",
    })),
  );
  const { value, label } = values[press.board % values.length] ?? { value: "", label: "" };

  await until(press.afterMs / 2);
  const words = page.getByRole("searchbox");
  if (press.how === "a board") await boards.selectOption(value);
  if (press.how.startsWith("words")) await words.pressSequentially(label);

  await button.scrollIntoViewIfNeeded();
  const place = await button.boundingBox();
  await until(press.afterMs);
  if (press.how === "words and Enter") {
    await page.keyboard.press("Enter");
  } else {
    await sleep(REACTION_MS);
    const { x, y, width, height } = place ?? { x: 0, y: 0, width: 0, height: 0 };
    await page.mouse.click(x + width / 2, y + height / 2);
  }

  if (press.how === "nothing chosen") {
    const isAsked = await toChoose(page, boards);
    return { press, end: asked.length > 0 ? "wrong" : isAsked ? "right" : "lost", byBrowser };
  }
  const arrived = await within(
    page.waitForURL((url) => url.origin === press.portals, {
      waitUntil: "commit",
      timeout: PATIENCE_MS,
    }),
  );
  const meant = press.how === "as it was left" ? LEFT : value;
  const right = asked.at(-1) === meant.replace("mlsconnect-", "simulated-");
  return { press, end: arrived ? (right ? "right" : "wrong") : "lost", byBrowser };
}

/** Whether the person is asked to choose, by the browser at the list or by the page. */
function toChoose(page: Page, boards: Locator) {
  const byBrowser = boards.and(page.locator("select:focus:invalid"));
  const byPage = page.getByRole("heading", { name: "Please choose first" });
  return within(byBrowser.or(byPage).first().waitFor({ timeout: PATIENCE_MS }));
}

function within(waited: Promise<unknown>) {
  return waited.then(
    () => true,
    () => false,
  );
}
