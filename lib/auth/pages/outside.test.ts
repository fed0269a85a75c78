import { afterEach, expect, test, vi } from "vitest";

/** How people are led to the operator's own addresses. */

const at = vi.hoisted(() => ({ support: null as string | null }));
vi.mock("@/lib/env", () => ({ settings: () => ({ outside: at }) }));

afterEach(() => {
  at.support = null;
});

const about = { reference: "k3m9x2ab", subject: "Acme: Reference k3m9x2ab & more" };

test.each([
  [null, null],
  ["https://acme.example/help", "https://acme.example/help?reference=k3m9x2ab"],
  ["https://acme.example", "https://acme.example/?reference=k3m9x2ab"],
  ["https://acme.example/?from=a#form", "https://acme.example/?from=a&reference=k3m9x2ab#form"],
  [
    "mailto:help@acme.example",
    "mailto:help@acme.example?subject=Acme%3A%20Reference%20k3m9x2ab%20%26%20more",
  ],
])("%s leads to %s, with the reference", async (support, address) => {
  const { supportAddress } = await import("./outside");
  at.support = support;
  expect(supportAddress(about)).toBe(address);
  expect(supportAddress(null)).toBe(support);
});
