import { expect, test } from "vitest";
import { debuggingNotices, proxyErrors } from "./surroundings";

const proxy = "http://proxy.acme.example:3128";

test.each([
  ["HTTPS_PROXY", proxy],
  ["https_proxy", proxy],
  ["ALL_PROXY", proxy],
  ["all_proxy", proxy],
  ["NODE_USE_ENV_PROXY", "1"],
])("a way through a proxy that is not taken is refused: %s", (name, value) => {
  const errors = proxyErrors({ [name]: value });
  expect(errors).toEqual([expect.stringContaining(`${name} is set`)]);
  expect(errors.join()).not.toContain("acme"); // it may hold a password
});

test.each([
  [{}],
  [{ HTTPS_PROXY: " " }],
  [{ NODE_USE_ENV_PROXY: "0" }],
  [{ HTTP_PROXY: proxy, NO_PROXY: "localhost" }],
  [{ HTTPS_PROXY: proxy, PORTAL_SIMULATOR: "http://localhost:4600" }],
])("nothing is in the way with %j", (variables) => {
  expect(proxyErrors(variables)).toEqual([]);
});

test("what prints secrets is named", () => {
  expect(debuggingNotices({ NODE_DEBUG: "http", DEBUG: "prisma:*" })).toEqual([
    expect.stringContaining("NODE_DEBUG is set"),
    expect.stringContaining("DEBUG is set"),
  ]);
  expect(debuggingNotices({ DEBUG: "acme,*" })).toHaveLength(1);
});

test.each(["", "false", "app:*"])("what prints nothing of ours is no matter: DEBUG=%s", (DEBUG) => {
  expect(debuggingNotices({ DEBUG })).toEqual([]);
});
