import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import nextConfig from "@/next.config.mjs";

/** Pages are sent whole. A part that is sent later is put in its place by a script; without scripts it stays outside. */

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter(
  (name) => /\.tsx?$/.test(name) && !name.endsWith(".test.ts"),
);

test("no page has a part that is sent later", () => {
  expect(sources.length).toBeGreaterThan(20);
  expect(sources.filter((name) => /(^|\/)loading\.tsx?$/.test(name))).toEqual([]);
  const waits = /\bSuspense\b|\blazy\(|["']next\/dynamic["']|\buse\(/;
  const late = sources.filter((name) =>
    waits.test(readFileSync(join(import.meta.dirname, name), "utf8")),
  );
  expect(late).toEqual([]);
});

test("the title is sent with the page, to every browser", () => {
  for (const browser of ["Mozilla/5.0 (X11; Linux x86_64)", "Lynx", "x"]) {
    expect(browser).toMatch(nextConfig.htmlLimitedBots ?? /(?!)/);
  }
});
