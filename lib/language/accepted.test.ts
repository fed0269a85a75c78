import { expect, test } from "vitest";
import { languageFrom, localeOf } from "./accepted.mjs";
import { languageOf } from "./languages.mjs";

test.each([
  [null, "en", "en-GB"],
  ["", "en", "en-GB"],
  ["*", "en", "en-GB"],
  ["nl-BE,nl;q=0.9", "en", "en-GB"],
  ["fr-BE,fr;q=0.9,en;q=0.5", "fr", "fr-BE"],
  ["en-US,en;q=0.9", "en", "en-US"],
  ["nl-BE,en-GB;q=0.6,de-AT;q=0.8", "de", "de-AT"],
  ["PL", "pl", "pl-PL"],
  ["pt-BR", "pt", "pt-BR"],
  ["pl;q=0,ro;q=0.1", "ro", "ro-RO"],
  ["en-<script>", "en", "en-GB"],
  ["de-DE-u-nu-arab-ca-buddhist", "de", "de-DE"],
  ["fr;q=nonsense", "en", "en-GB"],
  [`pl,${"x".repeat(10_000)}`, "en", "en-GB"],
])("who accepts %s reads %s, with dates as in %s", (header, language, locale) => {
  expect(languageFrom(header)).toBe(language);
  expect(localeOf(languageFrom(header), header)).toBe(locale);
});

test.each([
  ["pl", "pl"],
  ["PT-br", "pt"],
  ["zh-Hant", null],
  ["", null],
  ["plx", null],
  [undefined, null],
  [["pl"], null],
  ["__proto__", null],
])("the language of %j is %s", (tag, language) => {
  expect(languageOf(tag)).toBe(language);
});
