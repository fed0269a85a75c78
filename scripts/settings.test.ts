import { expect, test, vi } from "vitest";
import { readAddresses } from "./settings.mjs";

/** Where the demo starts what it starts. */

function addresses(variables: Record<string, string>) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const { app, simulator, crm } = readAddresses();
  return [app, simulator, crm].map((address) => address?.origin ?? null);
}

test("without settings the app and the example CRM are on this machine, and the portals the real ones", () => {
  const nothing = { AUTH_URL: "", PORTAL_SIMULATOR: "", EXAMPLE_CRM: "" };
  expect(addresses(nothing)).toEqual(["http://localhost:3000", null, "http://localhost:4650"]);
});

test.each([
  ["http://127.0.0.1:4651/", "http://127.0.0.1:4651"],
  ["http://localhost:4651", "http://localhost:4651"],
  [" off ", null],
])("the example CRM is moved, or off: %s", (EXAMPLE_CRM, crm) => {
  expect(addresses({ EXAMPLE_CRM })[2]).toBe(crm);
});

test.each([
  "on",
  "4651",
  "http://localhost",
  "https://localhost:4651",
  "http://localhost:4651/portals",
  "http://localhost:99999",
  "http://crm.example:4651",
])("it is nowhere else: %s", (EXAMPLE_CRM) => {
  expect(() => addresses({ EXAMPLE_CRM })).toThrow(
    "EXAMPLE_CRM must be off, or begin with http://localhost: and a port.",
  );
});
