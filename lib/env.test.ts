import { afterEach, expect, test, vi } from "vitest";
import { logLevel, settingsFrom } from "./env";

afterEach(() => vi.unstubAllEnvs());

const key = Buffer.alloc(32, 7).toString("base64");
const good = {
  AUTH_URL: "https://portico.example",
  AUTH_SECRET: "x".repeat(32),
  TOKEN_KEYS: `k1:${key}`,
};
const local = { ...good, AUTH_URL: "http://localhost:3000" };

test("settings that are right have no errors, and the embedded database is the default", () => {
  const { settings, errors } = settingsFrom(good);
  expect(errors).toEqual([]);
  expect(settings).toMatchObject({
    origin: "https://portico.example",
    secure: true,
    databaseUrl: null,
  });
});

test("without any settings every missing one is named at once", () => {
  const { settings, errors } = settingsFrom({});
  expect(settings).toBeNull();
  expect(errors.map((error) => error.split(" ")[0])).toEqual([
    "AUTH_URL",
    "AUTH_SECRET",
    "TOKEN_KEYS",
  ]);
});

test("an empty variable is one that is not set", () => {
  expect(settingsFrom({ ...good, AUTH_SECRET: " " }).errors).toHaveLength(1);
  expect(settingsFrom({ ...good, DATABASE_URL: "", PORTAL_SIMULATOR: "" }).errors).toEqual([]);
});

test.each([
  ["http://127.0.0.1:3000", "localhost instead of its number"],
  ["http://portico.example", "https://"],
  ["https://portico.example/auth", "without a path"],
  ["https://portico.example?x=1", "without a path"],
  ["https://user:pw@portico.example", "without a path"],
  ["portico.example", "own address"],
  ["javascript:alert(1)", "https://"],
])("AUTH_URL %s is refused", (AUTH_URL, sentence) => {
  expect(settingsFrom({ ...good, AUTH_URL }).errors.join()).toContain(sentence);
});

test.each([
  ["https://portico.example/", "https://portico.example"],
  ["https://portico.example:443", "https://portico.example"],
  ["https://portico.example:8443", "https://portico.example:8443"],
  [" HTTPS://Portico.EXAMPLE ", "https://portico.example"],
  ["https://pörtico.example", "https://xn--prtico-wxa.example"],
  ["HTTP://LocalHost:3000/", "http://localhost:3000"],
])("AUTH_URL %s is understood as %s", (AUTH_URL, origin) => {
  expect(settingsFrom({ ...good, AUTH_URL }).settings?.origin).toBe(origin);
});

test("the setting that silently replaces every redirect_uri is refused", () => {
  const { errors } = settingsFrom({ ...good, AUTH_REDIRECT_PROXY_URL: "https://evil.example" });
  expect(errors.join()).toContain("AUTH_REDIRECT_PROXY_URL");
});

test("simulated portals are refused unless the app is on this machine", () => {
  const PORTAL_SIMULATOR = "http://localhost:4600";
  expect(settingsFrom({ ...good, PORTAL_SIMULATOR }).errors.join()).toContain("PORTAL_SIMULATOR");
  expect(settingsFrom({ ...local, PORTAL_SIMULATOR }).errors).toEqual([]);
  expect(settingsFrom({ ...local, PORTAL_SIMULATOR: "http://evil.example" }).errors).toHaveLength(
    1,
  );
});

test("what is wrong between two settings is said beside what is wrong with a third", () => {
  const { errors } = settingsFrom({
    ...good,
    AUTH_SECRET: "short",
    PORTAL_SIMULATOR: "http://localhost:4600",
  });
  expect(errors.map((error) => error.split(" ")[0])).toEqual(["AUTH_SECRET", "PORTAL_SIMULATOR"]);
});

test.each(["k1", `k1:${key},k1:${key}`, "k1:c2hvcnQ=", `:${key}`, `k1:${key},`])(
  "TOKEN_KEYS that are no keys are refused without being repeated",
  (TOKEN_KEYS) => {
    const { errors } = settingsFrom({ ...good, TOKEN_KEYS });
    expect(errors).toHaveLength(1);
    expect(errors.join()).not.toContain(key);
  },
);

test("the first of several token keys is the newest", () => {
  const { settings } = settingsFrom({ ...good, TOKEN_KEYS: `k2:${key},k1:${key}` });
  expect(settings?.tokenKeys.map(({ kid }) => kid)).toEqual(["k2", "k1"]);
});

test("the product's name reaches portals as a header can carry it", () => {
  const userAgent = (PRODUCT_NAME: string) =>
    settingsFrom({ ...good, PRODUCT_NAME }).settings?.userAgent;
  expect(userAgent("")).toMatch(/^Portico\/\d+\.\d+\.\d+$/);
  expect(userAgent("Agence Été & Fils")).toMatch(/^Agence-Ete-Fils\//);
  expect(userAgent("不動産")).toMatch(/^Portico\//);
});

test("pages lead to the operator's own addresses, which are pages on the web or a mailbox for help", () => {
  const none = { support: null, privacy: null, imprint: null };
  expect(settingsFrom({ ...good, SUPPORT_URL: "" }).settings?.outside).toEqual(none);
  const set = {
    SUPPORT_URL: "mailto:help+portico@acme.example",
    PRIVACY_URL: " https://acme.example/privacy?from=portico ",
    IMPRINT_URL: "https://acmé.example:8443/#imprint",
  };
  expect(settingsFrom({ ...good, ...set }).settings?.outside).toEqual({
    support: "mailto:help+portico@acme.example",
    privacy: "https://acme.example/privacy?from=portico",
    imprint: "https://acmé.example:8443/#imprint",
  });
});

test.each([
  "http://acme.example/help",
  "//acme.example",
  "acme.example/help",
  "javascript:alert(1)",
  "https://",
  "https://user:password@acme.example",
  "https://acme.example/a page",
])("%s is no address of a page that people are led to", (address) => {
  for (const name of ["SUPPORT_URL", "PRIVACY_URL", "IMPRINT_URL"]) {
    const { errors } = settingsFrom({ ...good, [name]: address });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(new RegExp(`^${name} must be the address of a page`));
  }
});

test.each([
  "mailto:",
  "mailto:help",
  "mailto:a@acme.example,b@acme.example",
  "mailto:a@b.c?cc=d@e.f",
])("%s is no mailbox for help", (SUPPORT_URL) => {
  expect(settingsFrom({ ...good, SUPPORT_URL }).errors).toHaveLength(1);
});

test("a mailbox is for help alone", () => {
  const mailbox = "mailto:help@acme.example";
  expect(settingsFrom({ ...good, PRIVACY_URL: mailbox }).errors).toHaveLength(1);
  expect(settingsFrom({ ...good, IMPRINT_URL: mailbox }).errors).toHaveLength(1);
});

test("what a service key may ask has a default, and is a whole number each", () => {
  expect(settingsFrom(good).settings?.apiRate).toEqual({ perSecond: 50, burst: 500 });
  const set = { API_RATE_LIMIT: "5", API_RATE_BURST: "2000" };
  expect(settingsFrom({ ...good, ...set }).settings?.apiRate).toEqual({
    perSecond: 5,
    burst: 2000,
  });
  for (const API_RATE_LIMIT of ["0", "-1", "1.5", "off", "1e3"]) {
    expect(settingsFrom({ ...good, API_RATE_LIMIT }).errors).toEqual([
      "API_RATE_LIMIT must be a whole number, 1 or more.",
    ]);
  }
});

test("the header with the client's address is one header's name", () => {
  const parsed = (CLIENT_ADDRESS_HEADER: string) =>
    settingsFrom({ ...good, CLIENT_ADDRESS_HEADER });
  expect(parsed("").settings?.visitorAddressHeader).toBeNull();
  expect(parsed(" X-Forwarded-For ").settings?.visitorAddressHeader).toBe("x-forwarded-for");
  expect(parsed("cf-connecting-ip").settings?.visitorAddressHeader).toBe("cf-connecting-ip");
  for (const wrong of ["x_real_ip", "x-real-ip, x-forwarded-for", "x-real-ip:", "été", "1", "-"]) {
    expect(parsed(wrong).errors).toEqual([
      "CLIENT_ADDRESS_HEADER must be the name of one header, such as x-forwarded-for.",
    ]);
  }
  for (const wrong of ["Forwarded", "host", "cookie", "X-Forwarded-Proto"]) {
    expect(parsed(wrong).errors.join()).toMatch(/^CLIENT_ADDRESS_HEADER names a header/);
  }
});

test("the log's level is one of three", () => {
  for (const LOG_LEVEL of ["", "info", " warn ", "error"]) {
    expect(settingsFrom({ ...good, LOG_LEVEL }).errors).toEqual([]);
  }
  for (const LOG_LEVEL of ["debug", "WARN", "0"]) {
    expect(settingsFrom({ ...good, LOG_LEVEL }).errors).toEqual([
      "LOG_LEVEL must be info, warn or error.",
    ]);
  }
});

test.each([
  ["", "info"],
  [" warn ", "warn"],
  ["error", "error"],
  ["debug", "info"], // so that the log can say what is wrong with it
])("the level %j is read as %s, also where other settings are wrong", (set, level) => {
  vi.stubEnv("LOG_LEVEL", set);
  vi.stubEnv("AUTH_URL", "nonsense");
  expect(logLevel()).toBe(level);
});

test("the API has a port of its own where one is named, and is public unless it is said not to be", () => {
  expect(settingsFrom(good).settings?.api).toEqual({
    port: null,
    host: "127.0.0.1",
    isPublic: true,
  });
  const set = { API_PORT: "4700", API_HOST: "0.0.0.0", API_PUBLIC: "off" };
  expect(settingsFrom({ ...good, ...set }).settings?.api).toEqual({
    port: 4700,
    host: "0.0.0.0",
    isPublic: false,
  });
});

test.each([
  [{ API_PORT: "0" }, "API_PORT must be a port"],
  [{ API_PORT: "65536" }, "API_PORT must be a port"],
  [{ API_PORT: "http" }, "API_PORT must be a port"],
  [{ API_HOST: "http://x" }, "API_HOST must be the name"],
  [{ API_PUBLIC: "no" }, "API_PUBLIC must be on or off"],
  [{ API_PUBLIC: "off" }, "the API would be nowhere"],
])("%j is refused", (variables, sentence) => {
  expect(settingsFrom({ ...good, ...variables }).errors.join()).toContain(sentence);
});

test("what grows is kept for a time, by default and by setting", () => {
  const defaults = { vends: 90, journal: 30, revocations: 90, erased: 730, events: 90 };
  expect(settingsFrom(good).settings?.keepDays).toEqual(defaults);
  const set = { KEEP_VENDS_DAYS: "7", KEEP_ERASED_DAYS: "3650" };
  expect(settingsFrom({ ...good, ...set }).settings?.keepDays).toEqual({
    ...defaults,
    vends: 7,
    erased: 3650,
  });
  for (const KEEP_JOURNAL_DAYS of ["0", "-1", "1.5", "for ever", "100000"]) {
    expect(settingsFrom({ ...good, KEEP_JOURNAL_DAYS }).errors).toEqual([
      "KEEP_JOURNAL_DAYS must be a whole number of days, from 1 to 99999.",
    ]);
  }
});

test.each([
  ["counted", "counted"],
  ["0.5", 0.5],
  ["", 1],
])("AUDIT_VENDS=%s is %s", (AUDIT_VENDS, auditVends) => {
  expect(settingsFrom({ ...good, AUDIT_VENDS }).settings?.auditVends).toBe(auditVends);
});

test("what AUDIT_VENDS cannot be is refused", () => {
  expect(settingsFrom({ ...good, AUDIT_VENDS: "count" }).errors).toEqual([
    "AUDIT_VENDS must be counted, or a share between 0 and 1, such as 0.01 for one in a hundred.",
  ]);
});
