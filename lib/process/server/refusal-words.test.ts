import { expect, test } from "vitest";
import { refusalWords } from "./refusal-words.mjs";

test.each([
  [{}, "en"],
  [{ "accept-language": "fr-BE,fr;q=0.9" }, "fr"],
  [{ "accept-language": "fr", cookie: "a=b; portico.language=pl; c=d" }, "pl"],
  [{ "accept-language": "fr", cookie: "portico.language=xx" }, "fr"],
  [{ cookie: "my.portico.language=pl" }, "en"],
])("who comes with %j is refused in %s", (headers, language) => {
  const said = refusalWords(headers);
  expect(said.language).toBe(language);
  expect(said.words.origin.title).toMatch(/\S/);
});
