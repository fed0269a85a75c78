import { expect, test } from "vitest";
import { timeZoneFrom } from "./viewer";

test("a time zone is what Intl says is one", () => {
  expect(timeZoneFrom("Europe/Brussels")).toBe("Europe/Brussels");
  expect(timeZoneFrom("Europe/Atlantis")).toBeNull();
  expect(timeZoneFrom("")).toBeNull();
  expect(timeZoneFrom(undefined)).toBeNull();
  expect(timeZoneFrom("x".repeat(4000))).toBeNull();
});
