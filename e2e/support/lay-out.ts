import type { Page } from "@playwright/test";

/** Lays out all of a page: what is far out of sight otherwise counts as high as it usually is, and nothing in it is measured. */
export function layOutAll(page: Page) {
  return page.evaluate(() => {
    for (const element of document.querySelectorAll<HTMLElement>("main *")) {
      if (getComputedStyle(element).contentVisibility === "auto") {
        element.style.contentVisibility = "visible";
      }
    }
  });
}
