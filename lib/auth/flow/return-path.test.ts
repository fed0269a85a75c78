import { expect, test } from "vitest";
import { ReturnPath } from "./return-path";

test.each([
  ["/dashboard", true],
  ["/dashboard?connect=olx-otodom", true],
  ["/dashboard?connect=", false],
  ["/dashboard?connect=olx&done=linked", false],
  ["/dashboard?connect=OLX", false],
  [`/dashboard?connect=${"x".repeat(101)}`, false],
  ["/dashboard/", false],
  ["/sign-in", false],
  ["//evil.example/dashboard", false],
  ["https://evil.example/dashboard", false],
  ["", false],
])("a flow that is to end at %j may: %s", (path, may) => {
  expect(ReturnPath.safeParse(path).success).toBe(may);
});
