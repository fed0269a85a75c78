import { gzipSync } from "node:zlib";
import { chromium as playwright } from "playwright";
import { chromium } from "../../scripts/browser.mjs";

/** Pages in a Chromium that has seen none of them before: a new context for each look. */

const PHONE = { width: 390, height: 844 };
const SLOWER = 4;

export async function openChromium() {
  const browser = await playwright.launch({ executablePath: await chromium() });

  /** @param page where it is, with the cookie that it needs */
  async function look({ url, cookie }, { slower, before, after }) {
    const context = await browser.newContext({
      ...{ viewport: PHONE, locale: "en-GB", timezoneId: "Europe/Brussels" },
    });
    if (cookie) await context.addCookies([{ ...cookie, url, httpOnly: true }]);
    const page = await context.newPage();
    if (slower > 1) {
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: slower });
    }
    await before(page);
    const answer = await page.goto(url, { waitUntil: "networkidle" });
    if (answer.status() !== 200 || page.url() !== url) {
      throw new Error(`${url} was answered with ${answer.status()}, at ${page.url()}`);
    }
    const found = await after(page);
    await context.close();
    return found;
  }

  return {
    /** How many bytes of scripts it fetches, each compressed by itself. */
    async scripts(page) {
      const fetched = [];
      return await look(page, {
        slower: 1,
        before: (tab) => {
          tab.on("response", (response) => {
            if (response.request().resourceType() === "script") fetched.push(response.body());
          });
        },
        after: async () => {
          const bodies = await Promise.all(fetched);
          return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
        },
      });
    },
    /** On a slow phone: when its largest text or picture is there, in milliseconds, and how far anything has moved. */
    painting: (page) =>
      look(page, {
        slower: SLOWER,
        before: (tab) => tab.addInitScript(observe),
        after: (tab) => tab.evaluate(() => globalThis.painted),
      }),
    close: () => browser.close(),
  };
}

/** Runs in the page. */
function observe() {
  globalThis.painted = { largest: 0, moved: 0 };
  const each = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({
      type,
      buffered: true,
    });
  each("largest-contentful-paint", ({ startTime }) => {
    globalThis.painted.largest = startTime;
  });
  each("layout-shift", ({ value }) => {
    globalThis.painted.moved += value;
  });
}
