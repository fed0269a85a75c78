import { afterEach, beforeEach, expect, test, vi } from "vitest";

const asked = vi.hoisted(() => ({
  cookies: {} as Record<string, string>,
  headers: {} as Record<string, string>,
  user: null as { id: string; language: string | null } | null,
  session: null as string | null,
  kept: [] as unknown[],
}));
vi.mock("next/headers", () => ({
  headers: async () => new Headers(asked.headers),
  cookies: async () => ({
    get: (name: string) => (asked.cookies[name] ? { value: asked.cookies[name] } : undefined),
    set({ name, value }: { name: string; value: string }) {
      asked.cookies[name] = value;
    },
  }),
}));
vi.mock("../session/current-user", () => ({ currentUserIfKnown: async () => asked.user }));
vi.mock("@/lib/accounts/connect/sessions", () => ({
  sessionAt: async () => (asked.session ? { language: asked.session } : null),
}));
vi.mock("@/lib/accounts/people/language", () => ({
  setLanguage: async (...about: unknown[]) => void asked.kept.push(about),
}));

const SECRET = "x".repeat(43);

beforeEach(() => vi.resetModules());

afterEach(() => {
  Object.assign(asked, { cookies: {}, headers: {}, user: null, session: null, kept: [] });
});

test("a choice counts most, then the session's language, then the browser's", async () => {
  const { currentLanguage } = await import("./language");
  expect(await currentLanguage()).toBe("en");
  asked.headers["accept-language"] = "ro,en;q=0.5";
  expect(await currentLanguage()).toBe("ro");
  asked.session = "pl-PL";
  expect(await currentLanguage()).toBe("ro"); // this is no page of a session
  asked.headers["portico-page"] = `/connect/s/${SECRET}`;
  expect(await currentLanguage()).toBe("pl");
  asked.cookies["portico.language"] = "de";
  expect(await currentLanguage()).toBe("de");
  asked.user = { id: "anna", language: "fr" };
  expect(await currentLanguage()).toBe("fr");
  asked.user.language = "tlh"; // stored by a version that had more languages
  expect(await currentLanguage()).toBe("de");
});

const form = (language?: string) => {
  const data = new FormData();
  if (language !== undefined) data.set("language", language);
  return data;
};

test("a chosen language is kept in the browser and with the user, and the page is shown again", async () => {
  const { chooseLanguage } = await import("./language");
  asked.user = { id: "anna", language: null };
  asked.headers.referer = "http://localhost:3000/sign-in?problem=timed_out";
  expect(await chooseLanguage(form("pl"))).toBe("/sign-in?problem=timed_out");
  expect(asked.cookies["portico.language"]).toBe("pl");
  expect(asked.kept).toEqual([[asked.user, "pl"]]);
});

test.each([
  ["https://evil.example/dashboard", "/"],
  ["not an address", "/"],
  [undefined, "/"],
  ["http://localhost:3000//evil.example/", "/evil.example/"],
  ["http://localhost:3000/\\\\evil.example", "/evil.example"],
])("from %s it leads to no other site", async (referer, page) => {
  const { chooseLanguage } = await import("./language");
  if (referer) asked.headers.referer = referer;
  expect(await chooseLanguage(form("pl"))).toBe(page);
});

test.each([undefined, "", "xx", "p".repeat(10_000)])(
  "%j is no language, and is not kept",
  async (language) => {
    const { chooseLanguage } = await import("./language");
    asked.user = { id: "anna", language: null };
    await chooseLanguage(form(language));
    expect([asked.cookies, asked.kept]).toEqual([{}, []]);
  },
);
