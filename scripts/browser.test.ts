import { afterEach, expect, test, vi } from "vitest";
import { chromium, installed } from "./browser.mjs";
import { StepError } from "./step.mjs";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("the browser that CHROMIUM names is used, and nothing is installed", async () => {
  vi.stubEnv("CHROMIUM", process.execPath);
  expect(await chromium()).toBe(process.execPath);
});

test("a browser that is named and not there is said to be so", async () => {
  vi.stubEnv("CHROMIUM", "/nowhere/chromium");
  await expect(chromium()).rejects.toThrow(
    "CHROMIUM names /nowhere/chromium, and there is no such file.",
  );
});

test("what is installed is said before it is, and so is how to avoid it", async () => {
  const told: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void told.push(line));
  let found: string | undefined;
  const attempts = [
    {
      says: "This is downloaded",
      run: async () => {
        told.push("(downloads)");
        throw new StepError("no network");
      },
    },
    {
      says: "That is installed",
      run: async () => {
        told.push("(installs)");
        found = "/usr/bin/that";
      },
    },
  ];
  expect(await installed(attempts, () => found)).toBe("/usr/bin/that");
  const [how, ...steps] = told;
  expect(how).toContain("CHROMIUM=/path/to/chromium npm test");
  expect(steps).toEqual([
    "  This is downloaded.",
    "(downloads)",
    "  That is installed.",
    "(installs)",
  ]);
});

test("without any there is one sentence", async () => {
  vi.spyOn(console, "log").mockReturnValue();
  await expect(installed([], () => undefined)).rejects.toThrow(/^No browser .* CHROMIUM\.$/);
});
