import { expect, test } from "vitest";
import { englishFrom, timeZoneFrom } from "./viewer";

test.each([
  [null, "en-GB"],
  ["", "en-GB"],
  ["fr-BE,fr;q=0.9,en;q=0.5", "en-GB"],
  ["en-US,en;q=0.9", "en-US"],
  ["nl-BE,en-GB;q=0.6,en-US;q=0.8", "en-US"],
  ["en-US;q=0,en-IE;q=0.3", "en-IE"],
  ["en-<script>", "en-GB"],
  ["en-US;q=nonsense", "en-GB"],
])("who accepts %s reads %s", (header, locale) => {
  expect(englishFrom(header)).toBe(locale);
});

test("a time zone is what Intl says is one", () => {
  expect(timeZoneFrom("Europe/Brussels")).toBe("Europe/Brussels");
  expect(timeZoneFrom("Europe/Atlantis")).toBeNull();
  expect(timeZoneFrom("")).toBeNull();
  expect(timeZoneFrom(undefined)).toBeNull();
  expect(timeZoneFrom("x".repeat(4000))).toBeNull();
});
